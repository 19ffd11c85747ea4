"""A span of protobuf with its parts left encoded: most parts are read once for many spans, or not at all.

`EncodedSpan` is opentelemetry.proto.trace.v1.Span by the same field numbers. Its attributes stay bytes, for most of
them occur again and again in a message. Of events and links, which few spans have, it only tells whether there are
any: whoever needs them parses the official message.
"""

from collections.abc import Callable, Sequence
from typing import Protocol, cast

from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import Default
from google.protobuf.message_factory import GetMessageClass
from opentelemetry.proto.trace.v1.trace_pb2 import DESCRIPTOR, Status
from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

PACKAGE, NAME = "gatescope.ingest", "EncodedSpan"
ENCODED = ("attributes", "events", "links")
"""The fields that stay bytes."""
PRESENCE = ("events", "links")
"""Those of which only the presence is of interest; the official message repeats them."""


class EncodedSpan(Protocol):
    """What the message looks like: the names are those of the official one."""

    trace_id: bytes
    span_id: bytes
    trace_state: str
    parent_span_id: bytes
    flags: int
    name: str
    kind: int
    start_time_unix_nano: int
    end_time_unix_nano: int
    attributes: Sequence[bytes]
    dropped_attributes_count: int
    dropped_events_count: int
    dropped_links_count: int
    status: Status

    def HasField(self, field_name: str) -> bool:  # noqa: N802 - protobuf's
        """Return whether `status`, `events` or `links` were sent."""


def _describe() -> FileDescriptorProto:
    file = FileDescriptorProto(
        name="gatescope/ingest/encoded_span.proto", package=PACKAGE, syntax="proto3", dependency=[DESCRIPTOR.name]
    )
    official = DescriptorProto()
    SpanMessage.DESCRIPTOR.CopyToProto(official)
    message = file.message_type.add(name=NAME)
    for field in official.field:
        described = message.field.add()
        described.CopyFrom(field)
        if field.name in ENCODED:
            described.type = FieldDescriptorProto.TYPE_BYTES
            described.ClearField("type_name")
        if field.name in PRESENCE:
            described.label = FieldDescriptorProto.LABEL_OPTIONAL
            described.proto3_optional = True
            described.oneof_index = len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{field.name}")
        if field.type == FieldDescriptorProto.TYPE_ENUM:
            described.type = FieldDescriptorProto.TYPE_INT32
            described.ClearField("type_name")
    return file


Default().AddSerializedFile(_describe().SerializeToString())
_MESSAGE = GetMessageClass(Default().FindMessageTypeByName(f"{PACKAGE}.{NAME}"))
parse_encoded_span = cast("Callable[[bytes], EncodedSpan]", _MESSAGE.FromString)
"""Reads one. Raises google.protobuf.message.DecodeError."""
