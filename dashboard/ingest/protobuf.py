"""Reads OTLP's protobuf encoding: spans are counted first (`wire.py`), then parsed one at a time."""

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.protobuf_span import read_resource, read_scope, read_span
from dashboard.ingest.refusal import SpanRejectedError, malformed
from dashboard.ingest.sender import Sender
from dashboard.ingest.spans import SpanBatch
from dashboard.ingest.values import KnownAttributes
from dashboard.ingest.wire import EncodedResourceSpans, EncodedScopeSpans, ProtobufScan


def read_protobuf(body: bytes, limits: IngestLimits, received_ns: int) -> SpanBatch:
    """Return the spans of an ExportTraceServiceRequest. Raise RequestRefusedError if it is malformed or too large."""
    batch = SpanBatch()
    known: KnownAttributes[bytes] = KnownAttributes()
    for group in ProtobufScan(body, limits).resources():
        try:
            sender = read_resource(group.resource, group.schema_url, limits)
        except SpanRejectedError as why:
            if not (count := _count(group)):
                raise malformed(str(why)) from why
            batch.reject(why, count)
            continue
        batch.add_sender(sender)
        for scope in group.scopes:
            _read_scope(scope, sender, limits, received_ns, batch, known)
    return batch


def _count(group: EncodedResourceSpans) -> int:
    return sum(len(scope.spans) for scope in group.scopes)


def _read_scope(  # noqa: PLR0917 - a scope, what is known, and where it goes
    scope: EncodedScopeSpans,
    sender: Sender,
    limits: IngestLimits,
    received_ns: int,
    batch: SpanBatch,
    known: KnownAttributes[bytes],
) -> None:
    try:
        sender = sender.in_scope(read_scope(scope.scope, scope.schema_url, limits))
    except SpanRejectedError as why:
        batch.reject(why, len(scope.spans))
        return
    for encoded in scope.spans:
        try:
            batch.spans.append(read_span(encoded, sender, limits, received_ns + len(batch.spans), known))
        except SpanRejectedError as why:
            batch.reject(why)
