"""A source text travels once over a connection, and again whenever its receiver may not have it."""

from collections.abc import Callable

import pytest

from probes import attributes
from probes.delivery.source_texts import KNOWN_S, MOST_KNOWN, KnownTexts, TextsOfMessage, text_key
from probes.source import describe_code
from probes.stage_kinds import VIEW
from probes.stages import stage
from probes.tracing import Instrument
from tests.probes.observed_request import observed_request
from tests.probes.receiver import Receiver, receiving

Install = Callable[..., Instrument]


def view() -> str:
    return "the text that is looked for"


def make_request(instrument: Instrument) -> None:
    """Make one request whose view has source code, and send it."""
    with observed_request(), stage(VIEW, "v", fixed=describe_code(view)):
        pass
    instrument.live.force_flush()


def texts(receiver: Receiver) -> list[object]:
    receiver.until(lambda: receiver.ended("view"))
    return [span.attributes.get(attributes.CODE) for span in receiver.ended("view")]


def test_the_text_of_a_function_is_sent_once(instrument: Instrument, receiver: Receiver) -> None:
    for _ in range(3):
        make_request(instrument)
    first, *others = texts(receiver)
    assert "the text that is looked for" in str(first)
    assert others == [None, None]


def test_every_span_says_which_text_it_has_and_where_it_stands(instrument: Instrument, receiver: Receiver) -> None:
    for _ in range(2):
        make_request(instrument)
    first, second = receiver.ended("view")
    places = (attributes.FUNCTION, attributes.CODE_FILE, attributes.CODE_LINE, attributes.CODE_ID)
    assert [first.attributes[name] for name in places] == [second.attributes[name] for name in places]
    assert first.attributes[attributes.CODE_ID] == text_key(str(first.attributes[attributes.CODE]))


def test_a_receiver_that_was_restarted_is_sent_the_text_with_the_first_message(install: Install) -> None:
    with receiving() as before:
        tools = install(endpoint=before.endpoint)
        make_request(tools)
        make_request(tools)
    with receiving(before.port) as after:
        make_request(tools)
        make_request(tools)
        assert [text is not None for text in texts(after)] == [True, False]


def test_a_receiver_that_lacks_a_text_is_sent_the_same_spans_with_it(
    instrument: Instrument, receiver: Receiver
) -> None:
    make_request(instrument)
    receiver.forget()
    receiver.behaviour.warning = f"1 spans name a {attributes.CODE_ID} whose text is not known here"
    make_request(instrument)
    receiver.until(lambda: len([span for span in receiver.spans if span.stage == "view"]) == 2)
    lacking, whole = [span for span in receiver.spans if span.stage == "view"]
    assert lacking.span_id == whole.span_id
    assert (attributes.CODE in lacking.attributes, attributes.CODE in whole.attributes) == (False, True)


def test_a_text_that_was_refused_is_sent_again(instrument: Instrument, receiver: Receiver) -> None:
    receiver.behaviour.status = 400
    make_request(instrument)
    receiver.behaviour.status = 200
    receiver.forget()
    make_request(instrument)
    assert all(texts(receiver))


@pytest.mark.parametrize("rejected", [1, 2])
def test_a_text_is_not_known_to_a_receiver_that_rejected_spans(
    rejected: int, instrument: Instrument, receiver: Receiver
) -> None:
    receiver.behaviour.rejected = rejected
    make_request(instrument)
    receiver.behaviour.rejected = 0
    make_request(instrument)
    assert all(texts(receiver))


def test_a_text_is_known_for_a_while() -> None:
    now = [0.0]
    known = KnownTexts(lambda: now[0])
    known.acknowledge({"a"})
    now[0] = KNOWN_S - 1
    assert "a" in known
    now[0] = KNOWN_S
    assert "a" not in known


def test_what_is_known_is_bounded() -> None:
    known = KnownTexts()
    known.acknowledge({str(number) for number in range(MOST_KNOWN)})
    known.acknowledge({"one more"})
    assert "0" not in known
    assert "one more" in known


def test_a_message_that_has_all_its_texts_relies_on_no_other() -> None:
    texts = TextsOfMessage({"known"})
    assert texts.wants("new")
    assert not texts.wants("new")
    assert not texts.relies_on_known
    assert not texts.wants("known")
    assert texts.relies_on_known
    assert texts.sent == {"new"}
