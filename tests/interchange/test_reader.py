"""Files from elsewhere: what is read of them, what is left out, and the sentence for what is none."""

import base64
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.otlp_json import read_json
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.metadata import MetadataJson
from dashboard.interchange.otlp import otlp_json
from dashboard.interchange.reader import FileContent, read_file
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.traces.span import Span
from tests.ingest.requests import PARENT_ID, SPAN_ID, START_NS, TRACE_ID, json_request, json_span
from tests.interchange.films import few, films

NOW_NS = 1_700_000_000_000_000_000


def read(content: Any, progress: Any = lambda _: None, **limits: Any) -> FileContent:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_file(io.BytesIO(raw), ImportLimits(**limits), NOW_NS, progress)


def refusal(content: Any) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        read(content)
    assert refused.value.status == 400
    return refused.value.message


def numbered(number: int, **fields: Any) -> dict[str, Any]:
    return json_span(spanId=f"{number:016x}", **fields)


@few
@given(films)
def test_what_is_exported_is_imported_as_the_same_film(film: Any) -> None:
    distinct = list({span.key: span for span in film}.values())
    metadata: MetadataJson = {
        "title": "one",
        "run": {"id": "r1"},
        "servers": [{"name": "uvicorn", "title": "Uvicorn", "interface": "asgi"}],
        "backlog": {},
    }
    if distinct:
        found = read(otlp_json(distinct, metadata).encode())
        assert (found.spans, found.metadata) == (distinct, metadata)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda request: request,
        lambda request: [request],
        lambda request: {"result": request},
        lambda request: {"trace": request},
        lambda request: {"batches": request["resourceSpans"]},
        lambda request: [[{"unknown": {"resourceSpans": [1, {}]}}, request]],
    ],
)
def test_every_way_in_which_tools_write_a_trace_is_read(wrapped: Callable[[Any], Any]) -> None:
    [span] = read(wrapped(json_request(json_span()))).spans
    assert (span.server, span.start_ns) == ("my.service", START_NS)


def test_lines_of_requests_are_read_as_one_film() -> None:
    lines = b"\n".join(json.dumps(json_request(numbered(number))).encode() for number in (1, 2, 3))
    assert len(read(lines + b"\n").spans) == 3


def test_ids_in_base64_are_read_as_protobufs_own_json_has_them() -> None:
    ids = {"traceId": TRACE_ID, "spanId": SPAN_ID, "parentSpanId": PARENT_ID}
    encoded = {name: base64.b64encode(bytes.fromhex(value)).decode() for name, value in ids.items()}
    [span] = read(json_request(json_span(**encoded))).spans
    assert [span.trace_id, span.span_id, span.parent_id] == [value.lower() for value in ids.values()]


def test_a_resource_may_come_after_its_spans() -> None:
    request = json_request(json_span())
    [group] = request["resourceSpans"]
    request["resourceSpans"] = [dict(reversed(group.items()))]
    [span] = read(request).spans
    assert span.server == "my.service"


def test_older_writers_call_a_scope_a_library() -> None:
    request = json_request(json_span())
    [group] = request["resourceSpans"]
    group["instrumentationLibrarySpans"] = group.pop("scopeSpans")
    assert len(read(request).spans) == 1


def test_numbers_may_stand_for_times_and_a_mark_before_the_file() -> None:
    request = json_request(json_span(startTimeUnixNano=START_NS, endTimeUnixNano=float(START_NS)))
    [span] = read(b"\xef\xbb\xbf" + json.dumps(request).encode()).spans
    assert (span.start_ns, span.end_ns) == (START_NS, START_NS)


def test_the_final_version_of_a_span_wins_wherever_it_stands() -> None:
    request = json_request(json_span(), json_span(endTimeUnixNano="0"))
    [span] = read(request).spans
    assert span.final


def test_spans_that_are_none_are_left_out_and_counted() -> None:
    found = read(
        json_request(json_span(), json_span(traceId="abc"), numbered(7, startTimeUnixNano="0"), numbered(8, name=[]))
    )
    assert len(found.spans) == 1
    assert found.notes[0].startswith("3 of 4 spans cannot be read: ")


ODD_PARTS: list[dict[str, Any]] = [
    {"resource": {"attributes": 5}},
    {"resource": []},
    {"resource": {"droppedAttributesCount": -1}},
    {"scope": {"name": ["a"]}},
    {"scope": {"attributes": [1]}},
    {"span": {"kind": "odd"}},
    {"span": {"attributes": {}}},
    {"span": {"startTimeUnixNano": 0}},
]


@pytest.mark.parametrize("part", ODD_PARTS, ids=json.dumps)
@pytest.mark.parametrize("is_last", [False, True])
def test_both_doors_reject_the_same_for_the_same_reason(part: dict[str, Any], is_last: bool) -> None:
    described = {"resource": {}, **{name: part[name] for name in part if name == "resource"}}
    scopes = [{"scope": part.get("scope", {}), "spans": [numbered(1, **part.get("span", {}))]}]
    odd = {"scopeSpans": scopes, **described} if is_last else {**described, "scopeSpans": scopes}
    request = json_request(numbered(2))
    request["resourceSpans"].append(odd)
    posted = read_json(json.dumps(request).encode(), IngestLimits(), NOW_NS)
    imported = read(request)
    assert [span.key for span in imported.spans] == [span.key for span in posted.spans]
    assert (len(posted.spans), posted.rejected) == (1, 1)
    assert f"1 of 2 spans cannot be read: {posted.reason}." in imported.notes


def test_what_is_beyond_the_limits_is_left_out_and_counted() -> None:
    spans = [numbered(number, traceId=f"{number:032x}") for number in range(1, 6)]
    assert len(read(json_request(*spans), spans=3).spans) == 3
    found = read(json_request(*spans), traces=2)
    assert len(found.spans) == 2
    assert found.notes[0] == "3 of 5 spans were left out: a recording holds at most 50,000 spans of 2 traces."


def test_a_span_of_a_million_values_costs_itself_alone() -> None:
    huge = numbered(2, attributes=[{"key": "a", "value": {"arrayValue": {"values": [{}] * 30_000}}}])
    found = read(json_request(huge, json_span()))
    assert len(found.spans) == 1
    assert found.notes[0] == "1 of 2 spans cannot be read: too many values in one span."


def test_cycles_and_skewed_clocks_are_taken_and_named() -> None:
    one = numbered(1, parentSpanId=f"{2:016x}")
    other = numbered(2, parentSpanId=f"{1:016x}", startTimeUnixNano="5", endTimeUnixNano="4")
    found = read(json_request(one, other))
    assert len(found.spans) == 2
    assert found.notes == ["1 span is its own ancestor.", "1 span ends before it starts."]


def test_hostile_strings_stay_what_they_are() -> None:
    text = "</script><script>alert(1)</script>\u2028\x00"
    [span] = read(json_request(json_span(name=text))).spans
    assert span.name == text


def test_reading_tells_how_far_it_is() -> None:
    told: list[int] = []
    read(json_request(*(numbered(number) for number in range(1, 4))), told.append)
    assert told == [1, 2, 3]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "got an empty file"),
        (b"  \n ", "got an empty file"),
        (b"<html>", "this is not JSON"),
        (b"\x89PNG\r\n\x1a\n", "this is not JSON"),
        (b'{"resourceSpans": [\xff]}', "this is not JSON"),
        (b"\x1f\x8b\x08", "got a gzip archive"),
        (b"[" * 100_000, "the file is cut off"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "5b', "the file is cut off"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "more than 64 bits"),
        (b"17", "got JSON with a number"),
        (b"{}", "got empty JSON"),
        (b'{"hello": 1, "world": [{}]}', "got JSON with 'hello', 'world'"),
        (b'{"traceEvents": []}', "got a trace for Perfetto"),
        (b'{"data": [{"traceID": "1"}]}', "got Jaeger's own format"),
        (b'{"resourceSpans": 5}', "an array as 'resourceSpans'; got a number"),
        (b'{"resourceSpans": [{"scopeSpans": {}}]}', "an array as 'scopeSpans'; got an object"),
        (b'{"resourceSpans": null}', "it has none"),
        (b'{"resourceSpans": [{"scopeSpans": [{"spans": [7, {"traceId": 5}]}]}]}', "2 of 2 spans cannot be read"),
        (b'{"resourceSpans": [{"resource": {"attributes": 5}}]}', "it has none"),
    ],
)
def test_what_is_no_trace_is_refused_in_a_sentence(content: Any, sentence: str) -> None:
    message = refusal(content)
    assert message.startswith("Expected a file of OTLP/JSON")
    assert sentence in message
    assert message.endswith(".")


def test_a_file_that_was_cut_anywhere_is_refused_or_read_but_never_fails() -> None:
    whole = json.dumps(json_request(json_span(), numbered(2))).encode()
    for end in range(1, len(whole)):
        with pytest.raises(ImportRefusedError):
            read(whole[:end])
    assert len(read(whole).spans) == 2


def test_the_same_file_gives_the_same_spans_but_for_the_time_of_import() -> None:
    content = json_request(json_span())
    assert all(isinstance(span, Span) for span in read(content).spans)
    assert read(content).spans == read(content).spans
