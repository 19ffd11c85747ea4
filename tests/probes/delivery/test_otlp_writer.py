"""Our writer says the same as OpenTelemetry's own encoder, whatever a span holds."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTracePartialSuccess,
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.sdk.resources import Resource
from opentelemetry.trace import Link, SpanContext, TraceFlags, TraceState

from probes.delivery import otlp_writer
from probes.delivery.encoding import SCOPE, encode, write_resource
from probes.delivery.otlp_answer import rejected_spans
from probes.delivery.reexport import to_readable
from probes.delivery.varint import read_varint, varint
from probes.django.query import QUERY
from probes.light_span import LightSpan, SpanEvent
from probes.messages import SENT_MESSAGE
from probes.outgoing_call import CALL
from probes.stage_kinds import SERVER
from probes.values import FixedAttributes

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(codec="utf-8"))
PLAIN = st.one_of(st.booleans(), INT64, st.floats(allow_nan=False), TEXT)
NESTED = st.recursive(
    st.one_of(st.none(), PLAIN, st.binary()),
    lambda inner: st.one_of(
        st.lists(inner), st.lists(inner).map(tuple), st.dictionaries(TEXT, inner), st.dictionaries(INT64, inner)
    ),
    max_leaves=12,
)
IMPOSSIBLE = st.one_of(
    st.integers(min_value=2**63),
    st.integers(max_value=-(2**63) - 1),
    st.just("lone \ud800"),
    st.just(["fine", "lone \udcff"]),
    st.just({"a": 1 << 64}),
    st.builds(object),
    st.just({1, 2}),
)
RESOURCE = Resource({"service.name": "shop"})
KEYS = st.text(st.characters(codec="utf-8"), min_size=1)
NANOSECONDS = st.integers(0, 2**64 - 1)
COUNTS = st.integers(0, 2**32 - 1)
TRACE_STATES = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1), st.text(string.ascii_letters, min_size=1), max_size=3
).map(lambda pairs: TraceState(list(pairs.items())))


def attributes(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(KEYS, values, max_size=4)


@st.composite
def contexts(draw: st.DrawFn) -> SpanContext:
    return SpanContext(
        draw(st.integers(1, 2**128 - 1)),
        draw(st.integers(1, 2**64 - 1)),
        is_remote=draw(st.booleans()),
        trace_flags=TraceFlags(draw(st.integers(0, 1))),
        trace_state=draw(TRACE_STATES),
    )


@st.composite
def light_spans(draw: st.DrawFn) -> LightSpan:
    span = LightSpan(
        draw(st.sampled_from([SERVER, QUERY, CALL, SENT_MESSAGE])),
        draw(TEXT),
        draw(NANOSECONDS),
        trace_id=draw(st.binary(min_size=16, max_size=16)),
        span_id=draw(st.binary(min_size=8, max_size=8)),
        parent_id=draw(st.one_of(st.just(b""), st.binary(min_size=8, max_size=8))),
        fixed=FixedAttributes(draw(attributes(PLAIN)), lambda: {"later": "found"}),
    )
    span.end_ns = draw(st.integers(1, 2**64 - 1))
    span.parent_is_remote = bool(span.parent_id) and draw(st.booleans())
    span.attributes = draw(st.one_of(st.none(), attributes(NESTED)))
    span.failure = draw(st.one_of(st.none(), TEXT))
    span.events = tuple(draw(st.lists(st.builds(SpanEvent, TEXT, NANOSECONDS, attributes(NESTED)), max_size=3)))
    span.links = draw(st.lists(st.builds(Link, contexts(), attributes(NESTED)), max_size=2))
    return span


def written(span: LightSpan) -> ExportTraceServiceRequest:
    body, unusable = encode([span], [], write_resource(RESOURCE.attributes))
    assert unusable == 0
    return ExportTraceServiceRequest.FromString(body)


def in_order_of_keys(message: ExportTraceServiceRequest) -> ExportTraceServiceRequest:
    """Return the message with the attributes of its spans sorted: their order says nothing."""
    for span in message.resource_spans[0].scope_spans[0].spans:
        span.attributes.sort(key=lambda pair: pair.key)
    return message


@given(light_spans())
def test_a_stage_is_what_the_official_encoder_makes_of_it(span: LightSpan) -> None:
    official = encode_spans([to_readable(span, RESOURCE)])
    assert in_order_of_keys(written(span)) == in_order_of_keys(official)


@given(light_spans(), attributes(NESTED), attributes(IMPOSSIBLE))
def test_an_impossible_value_costs_what_it_costs_the_official_encoder(
    span: LightSpan, possible: dict[str, Any], impossible: dict[str, Any]
) -> None:
    span.attributes = {**possible, **impossible}
    ours, official = written(span), encode_spans([to_readable(span, RESOURCE)])
    assert in_order_of_keys(ours) == in_order_of_keys(official)
    (seen,) = ours.resource_spans[0].scope_spans[0].spans
    assert {pair.key for pair in seen.attributes} >= possible.keys() - impossible.keys()
    assert not {pair.key for pair in seen.attributes} & impossible.keys() - span.fixed.keys()


@given(st.integers(0, 2**64 - 1))
def test_a_number_is_written_as_protobuf_does(number: int) -> None:
    value = AnyValue(int_value=number - 2**63)
    assert AnyValue.FromString(otlp_writer.any_value(number - 2**63)) == value
    assert read_varint(varint(number) + b"rest", 0)[0] == number


def test_what_has_no_name_in_utf8_gets_one() -> None:
    body, unusable = encode([LightSpan(QUERY, "v\udcff", 1, trace_id=bytes(16), span_id=bytes(8))], [], b"")
    (seen,) = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans
    assert (seen.name, unusable) == ("v?", 0)
    assert ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].scope.name == SCOPE


@given(st.integers(0, 2**63 - 1), TEXT)
def test_the_answer_says_how_many_spans_were_not_taken(rejected: int, message: str) -> None:
    partial = ExportTracePartialSuccess(rejected_spans=rejected, error_message=message)
    answer = ExportTraceServiceResponse(partial_success=partial).SerializeToString()
    assert rejected_spans(answer) == rejected


@pytest.mark.parametrize(
    ("answer", "rejected"),
    [
        (b"", 0),
        (b"\x0a\x00", 0),
        # Fields of later versions: a fixed64, a fixed32 and text, before and inside the one that we know.
        (b"\x11" + bytes(8) + b"\x1d" + bytes(4) + b"\x0a\x06\x1a\x02hi\x08\x07", 7),
        # A count below zero is none.
        (b"\x0a\x0b\x08" + b"\xff" * 9 + b"\x01", 0),
    ],
)
def test_an_answer_may_hold_more_or_less(answer: bytes, rejected: int) -> None:
    assert rejected_spans(answer) == rejected


@pytest.mark.parametrize("answer", [b"\x0a", b"\x0a\x05\x08", b"\x0b", b"\x80" * 11, b"<html>"])
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        rejected_spans(answer)
