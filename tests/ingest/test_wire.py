"""Spans are counted before objects are built."""

import time
import tracemalloc

import pytest

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import RequestRefusedError
from dashboard.ingest.wire import ProtobufScan
from tests.ingest.requests import proto_body

LIMITS = IngestLimits()
MIB = 1024 * 1024


def field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def refused(body: bytes, limits: IngestLimits = LIMITS) -> int:
    with pytest.raises(RequestRefusedError) as error:
        ProtobufScan(body, limits).resources()
    return error.value.status


def test_the_spans_of_a_request_are_found() -> None:
    [found] = ProtobufScan(proto_body(3), LIMITS).resources()
    assert len(found.scopes[0].spans) == 3
    assert b"my.service" in found.resource


def test_as_many_spans_as_allowed_are_taken_and_one_more_is_not() -> None:
    assert len(ProtobufScan(proto_body(10), IngestLimits(spans=10)).resources()[0].scopes[0].spans) == 10
    assert refused(proto_body(11), IngestLimits(spans=10)) == 413


def test_two_million_empty_spans_are_refused_without_an_object_for_each() -> None:
    body = field(1, field(2, b"\x12\x00" * (2 * MIB)))
    tracemalloc.start()
    assert refused(body) == 413
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MIB + len(body)


def test_millions_of_empty_fields_are_refused_in_no_time() -> None:
    began = time.process_time()
    assert refused(b"\x0a\x00" * (8 * MIB)) == 413
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "body",
    [
        b"\x0a",
        b"\x0a\x05\x00",
        b"\x0b",
        b"\x0f\x00",
        b"\x80" * 20,
        b"\x09\x00",
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        field(1, b"\x12\x7f"),
    ],
)
def test_what_is_no_protobuf_is_refused_with_400(body: bytes) -> None:
    assert refused(body) == 400


def test_unknown_fields_are_stepped_over() -> None:
    unknown = b"\x98\x06\x05" + b"\x9d\x06abcd" + b"\x99\x06abcdefgh" + field(99, b"x")
    assert len(ProtobufScan(unknown + proto_body(2) + unknown, LIMITS).resources()[0].scopes[0].spans) == 2
