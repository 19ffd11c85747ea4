"""OTLP/JSON as the specification's example writes it, in all its spellings, and what is malformed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.refusal import RequestRefusedError
from dashboard.ingest.spans import SpanBatch
from dashboard.traces.span import Span
from tests.ingest.requests import END_NS, START_NS, json_body, json_request, json_span

LIMITS = IngestLimits()


def read(body: Any, limits: IngestLimits = LIMITS) -> SpanBatch:
    return read_json(body, limits, received_ns=1)


def read_span(**fields: Any) -> Span:
    [span] = read(json_body(json_span(**fields))).spans
    return span


def value_of(value: Any) -> Any:
    return read_span(attributes=[{"key": "a", "value": value}]).attributes["a"]


def test_the_example_of_the_specification_is_read() -> None:
    span = read_span()
    assert span.trace_id == "5b8efff798038103d269b633813fc60c"
    assert span.span_id == "eee19b7ec3c1b174"
    assert span.parent_id == "eee19b7ec3c1b173"
    assert span.name == "I'm a server span"
    assert span.server == "my.service"
    assert span.stage == "server"
    assert (span.start_ns, span.end_ns) == (START_NS, END_NS)
    assert span.attributes == {"my.span.attr": "some value"}


@pytest.mark.parametrize(
    ("fields", "stage"),
    [
        ({"kind": 2}, "server"),
        ({"kind": "SPAN_KIND_SERVER"}, "server"),
        ({"kind": 3}, "call"),
        ({"kind": 3, "parentSpanId": ""}, "client"),
        ({"kind": 3, "attributes": [{"key": "db.system", "value": {"stringValue": "postgresql"}}]}, "query"),
        ({"kind": 1}, ""),
        ({"kind": None}, ""),
        ({"kind": 2, "attributes": [{"key": "gatescope.stage", "value": {"stringValue": "view"}}]}, "view"),
    ],
)
def test_a_span_of_another_instrument_has_the_stage_that_its_kind_tells(fields: Any, stage: str) -> None:
    assert read_span(**fields).stage == stage


def test_ids_are_hexadecimal_and_base64_only_where_their_length_says_so() -> None:
    # "EEE19B7EC3C1B174" is valid base64, too: 12 bytes that are no span id.
    assert read_span(spanId="eee19b7ec3c1b174").span_id == "eee19b7ec3c1b174"
    assert read_span(spanId="7uGbfsPBsXQ=").span_id == "eee19b7ec3c1b174"


@pytest.mark.parametrize("time", [START_NS, str(START_NS)])
def test_64_bit_integers_are_strings_or_numbers(time: Any) -> None:
    assert read_span(startTimeUnixNano=time).start_ns == START_NS


@pytest.mark.parametrize(("code", "status"), [(0, "unset"), (1, "ok"), (2, "error"), ("STATUS_CODE_ERROR", "error")])
def test_enumerations_are_integers_or_names(code: Any, status: str) -> None:
    assert read_span(status={"code": code, "message": "why"}).status == status


def test_the_message_of_a_status_is_kept() -> None:
    assert read_span(status={"code": 2, "message": "boom"}).attributes["otel.status_description"] == "boom"


def test_unknown_fields_and_null_are_ignored() -> None:
    span = read_span(flags=257, traceState=None, parentSpanId=None, newInTwoYears={"a": [1]}, events=None)
    assert span.parent_id is None


@pytest.mark.parametrize("end", [{"endTimeUnixNano": "0"}, {"endTimeUnixNano": 0}, {"endTimeUnixNano": None}])
def test_a_span_without_an_end_is_open(end: Any) -> None:
    assert read_span(**end).end_ns is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"stringValue": "é"}, "é"),
        ({"boolValue": True}, True),
        ({"intValue": "-9223372036854775808"}, -(2**63)),
        ({"intValue": 7}, 7),
        ({"doubleValue": 2.5}, 2.5),
        ({"doubleValue": 1}, 1.0),
        ({"doubleValue": "NaN"}, "NaN"),
        ({"doubleValue": "-Infinity"}, "-Infinity"),
        ({"doubleValue": 10**400}, "Infinity"),
        ({"arrayValue": {"values": [{"stringValue": "x"}, {"intValue": "1"}]}}, ["x", 1]),
        ({"arrayValue": {}}, []),
        ({"bytesValue": "AAEC"}, "AAEC"),
        ({"kvlistValue": {"values": [{"key": "k", "value": {"intValue": 1}}]}}, '{"k": 1}'),
        ({}, ""),
        ({"inventedValue": 1}, ""),
        ({"stringValue": "\ud800"}, "?"),
    ],
)
def test_every_kind_of_value_becomes_something_that_json_can_carry(value: Any, expected: Any) -> None:
    found = value_of(value)
    assert found == expected
    assert type(found) is type(expected)
    json.dumps(found, allow_nan=False).encode()


def test_events_are_read() -> None:
    event = {"timeUnixNano": "5", "name": "exception", "attributes": [{"key": "a", "value": {"intValue": 1}}]}
    [found] = read_span(events=[event]).events
    assert (found.name, found.time_ns, found.attributes) == ("exception", 5, {"a": 1})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"null",
        b"17",
        b"NaN",
        b'{"resourceSpans": {}}',
        b'{"resourceSpans": [1]}',
        b'{"resourceSpans": [{"resource": []}]}',
        b'{"resourceSpans": [{"scopeSpans": "x"}]}',
        b"[" * 100_000,
        b'{"resourceSpans":' + b"[" * 100_000,
        json_body(json_span(startTimeUnixNano=1e400)),
    ],
)
def test_what_is_malformed_is_refused_with_400(body: Any) -> None:
    with pytest.raises(RequestRefusedError) as refused:
        read(body)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"startTimeUnixNano": "soon"},
        {"startTimeUnixNano": -1},
        {"startTimeUnixNano": 1.5},
        {"startTimeUnixNano": True},
        {"startTimeUnixNano": 2**64},
        {"startTimeUnixNano": 2**63},
        {"endTimeUnixNano": "9" * 5_000},
        {"name": True},
        {"name": ["a"]},
        {"traceId": 5},
        {"status": "bad"},
        {"status": {"code": "STATUS_CODE_INVENTED"}},
        {"kind": "SPAN_KIND_INVENTED"},
        {"flags": 2**32},
        {"droppedEventsCount": -1},
        {"links": [7]},
        {"links": [{"traceId": "xyz"}]},
        {"attributes": "none"},
        {"attributes": [{"key": []}]},
        {"attributes": [{"key": "a", "value": {"stringValue": []}}]},
        {"attributes": [{"key": "a", "value": {"boolValue": "yes"}}]},
        {"attributes": [{"key": "a", "value": {"intValue": "x"}}]},
        {"attributes": [{"key": "a", "value": {"doubleValue": []}}]},
        {"attributes": [{"key": "a", "value": {"arrayValue": {"values": 1}}}]},
        {"events": [{"timeUnixNano": "never"}]},
    ],
)
def test_a_span_that_cannot_be_read_costs_itself_alone(fields: Any) -> None:
    batch = read(json_body(json_span(**fields), json_span(spanId="00000000000000a1")))
    assert [span.span_id for span in batch.spans] == ["00000000000000a1"]
    assert batch.rejected == 1
    assert batch.reason


def test_what_is_no_object_among_the_spans_costs_itself_alone() -> None:
    request = json_request(json_span())
    request["resourceSpans"][0]["scopeSpans"][0]["spans"] += [7, "span", None, []]
    batch = read(json.dumps(request).encode())
    assert (len(batch.spans), batch.rejected) == (1, 4)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"status": {"code": "ERROR", "message": 404}}, "error"),
        ({"status": {"code": "ok"}}, "ok"),
        ({"status": {"code": "1"}}, "ok"),
        ({"status": {"code": "UNSET"}}, "unset"),
    ],
)
def test_short_names_and_numbers_as_text_are_understood(fields: Any, found: str) -> None:
    assert read_span(**fields).status == found


@pytest.mark.parametrize("kind", ["SERVER", "SPAN_KIND_SERVER", "server", 2, "2"])
def test_every_spelling_of_a_kind_is_the_same_kind(kind: Any) -> None:
    assert read_span(kind=kind).kind == "server"


def test_numbers_where_text_is_expected_are_text_and_truth_may_be_written() -> None:
    assert value_of({"stringValue": 7}) == "7"
    assert value_of({"boolValue": "true"}) is True
    assert read_span(name=5).name == "5"
    assert read_span(status={"code": 2, "message": 404}).attributes["otel.status_description"] == "404"


@pytest.mark.parametrize("parent", ["0000000000000000", "AAAAAAAAAAA=", "", None])
def test_eight_zero_bytes_are_no_parent(parent: Any) -> None:
    assert read_span(parentSpanId=parent).parent_id is None


def test_the_scopes_of_before_version_0_15_are_read() -> None:
    request = json_request(json_span())
    group = request["resourceSpans"][0]
    [scope] = group.pop("scopeSpans")
    group["instrumentationLibrarySpans"] = [{"instrumentationLibrary": scope["scope"], "spans": scope["spans"]}]
    [span] = read(json.dumps(request).encode()).spans
    assert span.source is not None
    assert span.source.as_json()["scope"] == {"name": "my.library", "version": "1.0.0"}


def test_a_request_that_is_one_group_is_read() -> None:
    [span] = read(json.dumps(json_request(json_span())["resourceSpans"][0]).encode()).spans
    assert span.server == "my.service"


def test_a_resource_that_cannot_be_read_costs_its_spans_alone() -> None:
    request = json_request(json_span())
    bad = json_request(json_span(), json_span(), resource={"attributes": 5})
    request["resourceSpans"] += bad["resourceSpans"]
    batch = read(json.dumps(request).encode())
    assert (len(batch.spans), batch.rejected) == (1, 2)


def test_one_bad_id_rejects_its_span_alone() -> None:
    bad = [json_span(traceId="0" * 32), json_span(spanId=""), json_span(spanId="xyz"), json_span(parentSpanId="ab")]
    batch = read(json_body(json_span(), *bad))
    assert (len(batch.spans), batch.rejected) == (1, 4)
    assert batch.reason == "a trace id must be 16 bytes and not all zero"


def test_too_many_spans_are_refused() -> None:
    with pytest.raises(RequestRefusedError) as refused:
        read(json_body(*[json_span()] * 11), IngestLimits(spans=10))
    assert refused.value.status == 413


def test_a_body_of_very_many_small_values_is_refused_before_it_is_parsed() -> None:
    body = b'{"resourceSpans":[' + b"{}," * 700_000 + b"{}]}"
    with pytest.raises(RequestRefusedError) as refused:
        read(body)
    assert refused.value.status == 413


def test_losses_come_from_the_resource() -> None:
    counters = {
        "service.instance.id": "host:7",
        "gatescope.dropped_spans": 1,
        "gatescope.reduced_requests": 2,
        "gatescope.counted_requests": 3,
    }
    attributes = [{"key": "service.name", "value": {"stringValue": "uwsgi"}}]
    for key, value in counters.items():
        kind = {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}
        attributes.append({"key": key, "value": kind})
    [losses] = read(json.dumps(json_request(resource={"attributes": attributes})).encode()).losses
    assert (losses.server, losses.instance, losses.counts) == ("uwsgi", "host:7", (1, 2, 3))


odd = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
        st.sampled_from(["NaN", "-Infinity", "pending_span", f"{1:016x}", f"{0:016x}"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=3,
)
kinds = st.sampled_from(["stringValue", "intValue", "doubleValue", "boolValue", "arrayValue", "kvlistValue"])
dialect = st.tuples(
    st.sampled_from(["_dd.partial_version", "logfire.span_type", "logfire.pending_parent_id", "gatescope.stage"]),
    st.dictionaries(kinds, odd, max_size=1),
)


@given(st.lists(dialect, max_size=4))
def test_whatever_a_dialect_says_of_an_open_span_is_read_or_rejected(pairs: list[tuple[str, Any]]) -> None:
    span = json_span(attributes=[{"key": key, "value": value} for key, value in pairs])
    batch = read(json_body(span))
    assert len(batch.spans) + batch.rejected == 1
    for found in batch.spans:
        assert json.loads(found.encode())["span_id"] == found.span_id
