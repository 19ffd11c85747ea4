"""Source code arrives once and is put back into every span that names it."""

import json
from typing import Any

from dashboard.ingest.source_texts import SourceTexts, text_key
from dashboard.live.hub import Hub
from dashboard.traces.span import Span
from tests.ingest.conftest import Receiver
from tests.ingest.requests import TRACE_ID, json_body, json_span
from tests.support.spans import make_span

TEXT = "def view(request):\n    return HttpResponse()"
KEY = text_key(TEXT)
JSON = "application/json"


def with_text(text: str = TEXT, **more: Any) -> Span:
    return make_span(**more, attributes={"gatescope.code.id": text_key(text), "gatescope.code": text})


def without_text(text: str = TEXT, **more: Any) -> Span:
    return make_span(**more, attributes={"gatescope.code.id": text_key(text)})


def code_of(found: Span) -> object:
    return found.attributes.get("gatescope.code")


def sent(span_id: str, *, text: bool) -> dict[str, Any]:
    named = {"key": "gatescope.code.id", "value": {"stringValue": KEY}}
    code = {"key": "gatescope.code", "value": {"stringValue": TEXT}}
    return json_span(spanId=span_id, attributes=[named, code] if text else [named])


def test_a_span_that_names_a_text_has_it() -> None:
    texts = SourceTexts()
    texts.join([with_text()])
    joined = texts.join([without_text()])
    assert [dict(one.attributes) for one in joined.spans] == [{"gatescope.code": TEXT}]
    assert joined.missing == 0


def test_a_text_and_who_names_it_may_come_together() -> None:
    joined = SourceTexts().join([with_text(), without_text()])
    assert [code_of(one) for one in joined.spans] == [TEXT, TEXT]


def test_a_text_that_is_not_known_is_left_out_and_counted() -> None:
    joined = SourceTexts().join([without_text(), with_text("another")])
    assert [code_of(one) for one in joined.spans] == [None, "another"]
    assert joined.missing == 1


def test_a_text_that_does_not_belong_to_its_key_is_not_given_to_others() -> None:
    texts = SourceTexts()
    texts.join([make_span(attributes={"gatescope.code.id": KEY, "gatescope.code": "somebody else's"})])
    assert texts.join([without_text()]).missing == 1


def test_a_span_without_a_key_keeps_its_own_text() -> None:
    foreign = make_span(attributes={"gatescope.code": "mine"})
    assert SourceTexts().join([foreign]).spans == [foreign]


def test_hostile_keys_are_no_texts() -> None:
    for key in (1, "", ["x"], None, KEY.upper()):
        assert code_of(SourceTexts().join([make_span(attributes={"gatescope.code.id": key})]).spans[0]) is None


def test_beyond_the_bound_the_text_used_longest_ago_goes() -> None:
    texts = SourceTexts(limit=3 * (4 * 100 + 256))
    kept = [letter * 100 for letter in "abcd"]
    for text in kept[:3]:
        texts.join([with_text(text)])
    texts.join([without_text(kept[0])])
    texts.join([with_text(kept[3])])
    assert [texts.join([without_text(text)]).missing for text in kept] == [0, 1, 0, 0]


async def test_the_sender_is_told_what_is_missing_and_what_it_sends_again_is_taken(
    receiver: Receiver, hub: Hub
) -> None:
    lacking = await receiver.post(json_body(sent("00f067aa0ba902b7", text=False)), kind=JSON)
    partial = json.loads(lacking.body)["partialSuccess"]
    assert partial["rejectedSpans"] == "0"
    assert "gatescope.code.id" in partial["errorMessage"]
    again = await receiver.post(json_body(sent("00f067aa0ba902b7", text=True)), kind=JSON)
    assert json.loads(again.body) == {}
    (kept,) = hub.store.trace(TRACE_ID.lower())
    assert code_of(kept) == TEXT


async def test_a_whole_span_is_not_replaced_by_one_that_lacks_its_text(receiver: Receiver, hub: Hub) -> None:
    await receiver.post(json_body(sent("00f067aa0ba902b7", text=True)), kind=JSON)
    before = hub.store.revision
    await receiver.post(json_body(sent("00f067aa0ba902b7", text=True)), kind=JSON)
    await receiver.post(json_body(sent("00f067aa0ba902b7", text=False)), kind=JSON)
    assert hub.store.revision == before
