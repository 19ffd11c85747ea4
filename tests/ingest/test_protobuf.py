"""OTLP/protobuf: what is read, what is cut, and what is malformed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Status

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.protobuf import read_protobuf
from dashboard.ingest.refusal import RequestRefusedError
from dashboard.ingest.spans import SpanBatch
from dashboard.traces.span import Span
from tests.ingest.requests import END_NS, PARENT_ID, START_NS, TRACE_ID, proto_body, proto_request

LIMITS = IngestLimits()


def read(body: Any, limits: IngestLimits = LIMITS) -> SpanBatch:
    return read_protobuf(body, limits, received_ns=1)


def read_span(limits: IngestLimits = LIMITS, **fields: Any) -> Span:
    [span] = read(proto_body(**fields), limits).spans
    return span


def answered(body: bytes) -> int:
    try:
        read(body)
    except RequestRefusedError as refused:
        return refused.status
    return 200


def pair(key: str = "a", **value: Any) -> KeyValue:
    return KeyValue(key=key, value=AnyValue(**value))


def value_of(**value: Any) -> Any:
    return read_span(attributes=[pair(**value)]).attributes["a"]


def test_a_span_is_read() -> None:
    span = read_span(
        parent_span_id=bytes.fromhex(PARENT_ID), status=Status(code=Status.STATUS_CODE_ERROR, message="boom")
    )
    assert span.trace_id == TRACE_ID.lower()
    assert span.span_id == "0000000000000001"
    assert span.parent_id == PARENT_ID.lower()
    assert (span.name, span.server, span.status) == ("span 1", "my.service", "error")
    assert (span.start_ns, span.end_ns) == (START_NS, END_NS)


def test_the_stage_comes_from_its_attribute() -> None:
    assert read_span(attributes=[pair("gatescope.stage", string_value="view")]).stage == "view"


def test_a_span_with_end_zero_is_open() -> None:
    assert read_span(end_time_unix_nano=0).end_ns is None


def test_versions_of_one_span_in_one_request_are_newer_in_their_order() -> None:
    first, second = read(proto_body(2, end_time_unix_nano=0)).spans
    assert second.received_ns > first.received_ns


def test_a_pending_span_of_logfire_opens_the_span_that_it_announces() -> None:
    pending = [
        pair("logfire.span_type", string_value="pending_span"),
        pair("logfire.pending_parent_id", string_value="00000000000000aa"),
    ]
    span = read_span(parent_span_id=bytes.fromhex(PARENT_ID), attributes=pending)
    assert (span.span_id, span.parent_id, span.end_ns) == (PARENT_ID.lower(), "00000000000000aa", None)


def test_a_pending_span_of_logfire_may_announce_a_root() -> None:
    pending = [
        pair("logfire.span_type", string_value="pending_span"),
        pair("logfire.pending_parent_id", string_value="0" * 16),
    ]
    assert read_span(parent_span_id=bytes.fromhex(PARENT_ID), attributes=pending).parent_id is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"string_value": "é\x00"}, "é\x00"),
        ({"bool_value": False}, False),
        ({"int_value": -(2**63)}, -(2**63)),
        ({"double_value": float("nan")}, "NaN"),
        ({"double_value": float("inf")}, "Infinity"),
        ({"double_value": -0.5}, -0.5),
        ({"bytes_value": b"\x00\x01\x02"}, "AAEC"),
        ({"array_value": ArrayValue(values=[AnyValue(int_value=1), AnyValue(string_value="x")])}, [1, "x"]),
        ({"kvlist_value": KeyValueList(values=[pair("k", int_value=1)])}, '{"k": 1}'),
        ({}, ""),
    ],
)
def test_every_kind_of_value_becomes_something_that_json_can_carry(value: Any, expected: Any) -> None:
    assert value_of(**value) == expected
    json.dumps(value_of(**value), allow_nan=False)


def test_attributes_beyond_the_limit_are_cut_and_counted_on_the_span() -> None:
    span = read_span(attributes=[pair(f"a{number}", int_value=number) for number in range(200)])
    assert span.attributes["gatescope.cut.attributes"] == 72
    assert len(span.attributes) == 128 + 1


def test_a_long_value_is_cut_at_a_character_marked_and_counted() -> None:
    span = read_span(attributes=[pair(string_value="é" * 5_000)])
    assert span.attributes["a"] == "é" * 2_048 + "…"
    assert span.attributes["gatescope.cut.values"] == 1


def test_a_long_array_is_cut_to_the_size_of_a_value() -> None:
    numbers = ArrayValue(values=[AnyValue(int_value=number) for number in range(10_000)])
    span = read_span(attributes=[pair(array_value=numbers)])
    assert span.attributes["a"] == list(range(410))
    assert span.attributes["gatescope.cut.values"] == 1


def test_a_deep_value_is_cut() -> None:
    value = AnyValue(string_value="bottom")
    for _ in range(30):
        value = AnyValue(array_value=ArrayValue(values=[value]))
    assert read_span(attributes=[KeyValue(key="a", value=value)]).attributes["gatescope.cut.values"] == 1


def nested(depth: int, **innermost: Any) -> AnyValue:
    value = AnyValue(**innermost)
    for _ in range(depth):
        value = AnyValue(kvlist_value=KeyValueList(values=[KeyValue(key="k", value=value)]))
    return value


@pytest.mark.parametrize(
    "hostile",
    [
        [pair(f"{number}" * 100, string_value="\x01" * 4_096) for number in range(128)],
        [KeyValue(key=f"{number}", value=nested(7, string_value='"' * 4_000)) for number in range(40)],
        [pair(array_value=ArrayValue(values=[AnyValue()] * 400_000))],
        [pair(array_value=ArrayValue(values=[AnyValue(bool_value=False)] * 250_000))],
    ],
    ids=["control characters", "quotes in maps in maps", "empty items", "small items"],
)
def test_all_values_of_a_span_together_fit_a_websocket_frame(hostile: str) -> None:
    assert len(read_span(attributes=hostile).encode()) < 1024 * 1024


def test_the_keys_of_all_events_together_fit_a_websocket_frame() -> None:
    request = proto_request()
    span = request.resource_spans[0].scope_spans[0].spans[0]
    for _ in range(32):
        span.events.add(attributes=[pair(f"{number:03}" + "\x01" * 230) for number in range(128)])
    [found] = read(request.SerializeToString()).spans
    assert len(found.encode()) < 1024 * 1024
    cut = found.attributes["gatescope.cut.attributes"]
    assert isinstance(cut, int)
    assert cut > 3_000


def test_maps_within_a_map_become_one_text() -> None:
    text = read_span(attributes=[KeyValue(key="a", value=nested(3, int_value=1))]).attributes["a"]
    assert isinstance(text, str)
    assert json.loads(text) == {"k": {"k": {"k": 1}}}


def test_events_beyond_the_limit_are_cut_and_counted() -> None:
    request = proto_request()
    span = request.resource_spans[0].scope_spans[0].spans[0]
    for number in range(40):
        span.events.add(name=f"event {number}", time_unix_nano=number)
    [found] = read(request.SerializeToString()).spans
    assert len(found.events) == 32
    assert found.attributes["gatescope.cut.events"] == 8


def test_the_process_of_the_resource_places_foreign_spans_in_a_lane() -> None:
    request = proto_request()
    request.resource_spans[0].resource.attributes.append(pair("process.pid", int_value=4711))
    [span] = read(request.SerializeToString()).spans
    assert span.attributes == {"process.pid": 4711}


def test_one_bad_id_rejects_its_span_alone() -> None:
    request = proto_request(3)
    spans = request.resource_spans[0].scope_spans[0].spans
    spans[0].trace_id = b"\x00" * 16
    spans[1].span_id = b"\x01" * 7
    batch = read(request.SerializeToString())
    assert (len(batch.spans), batch.rejected) == (1, 2)
    assert batch.reason == "a trace id must be 16 bytes and not all zero"


def test_a_span_larger_than_any_span_is_rejected_alone() -> None:
    request = proto_request(2)
    request.resource_spans[0].scope_spans[0].spans[0].name = "x" * 2_000_000
    batch = read(request.SerializeToString())
    assert (len(batch.spans), batch.rejected) == (1, 1)


def test_an_attribute_that_is_no_protobuf_rejects_its_span_alone() -> None:
    request = proto_request(2, attributes=[pair("odd", string_value="text")])
    body = request.SerializeToString().replace(b"odd\x12\x06\x0a\x04text", b"odd\x12\x06\x0a\x04te\xfft", 1)
    batch = read(body)
    assert (len(batch.spans), batch.rejected) == (1, 1)
    assert batch.reason.startswith("an attribute is no protobuf")


def test_an_attribute_that_returns_counts_against_each_span() -> None:
    limits = IngestLimits(value_bytes=60, span_value_bytes=100)
    attributes = [pair(f"{number}", string_value="x" * 40) for number in range(3)]
    batch = read(proto_body(3, attributes=attributes), limits)
    assert {json.dumps(span.attributes) for span in batch.spans} == {json.dumps(batch.spans[0].attributes)}
    assert [len(str(batch.spans[0].attributes[f"{number}"])) for number in range(3)] == [40, 40, 19]


values = st.one_of(
    st.text(max_size=20).map(lambda text: {"string_value": text}),
    st.integers(-(2**63), 2**63 - 1).map(lambda number: {"int_value": number}),
    st.binary(max_size=20).map(lambda raw: {"bytes_value": raw}),
)


@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), values), max_size=4), min_size=1, max_size=6))
def test_spans_of_one_message_are_read_as_in_messages_of_their_own(spans: list[list[tuple[str, Any]]]) -> None:
    request = proto_request(len(spans))
    sent = request.resource_spans[0].scope_spans[0].spans
    for span, attributes in zip(sent, spans, strict=True):
        span.attributes.extend(pair(key, **value) for key, value in attributes)
    together = read(request.SerializeToString()).spans
    alone = [
        read(proto_body(attributes=[pair(key, **value) for key, value in attributes])).spans[0]
        for attributes in spans
    ]
    assert [(span.attributes, span.more.exact) for span in together] == [
        (span.attributes, span.more.exact) for span in alone
    ]


def test_a_resource_that_is_no_protobuf_is_malformed() -> None:
    with pytest.raises(RequestRefusedError) as refused:
        read(b"\x0a\x03\x0a\x01\xff")
    assert refused.value.status == 400


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_400(body: bytes) -> None:
    assert answered(body) in {200, 400}


@given(st.data())
def test_a_broken_request_is_read_or_refused_with_400(data: st.DataObject) -> None:
    body = bytearray(proto_body(2, attributes=[pair(string_value="x")]))
    for _ in range(data.draw(st.integers(1, 5))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    assert answered(bytes(body)) in {200, 400}
