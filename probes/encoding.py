"""Turns spans into the body of one OTLP message.

OpenTelemetry's own encoder encodes the spans. What describes the process is written into the resource here, at the
moment of sending, because a fork invalidates everything older.
"""

import functools
import os
import socket
import time
from collections.abc import Mapping, Sequence

from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from . import attributes
from .failsafe import report
from .identity import Identity
from .outbox import Losses, QueuedSpan

CHUNK = 16
"""Spans encoded at a time, about half a millisecond."""
IDENTITIES_KEPT = 1_024
"""Threads and loops whose attributes are kept encoded."""
PAUSE_S = 0.0005
"""Pause between chunks, in which the application's threads get the interpreter."""
HEARTBEAT_S = 4
"""Seconds within which a process with open spans sends at least one message: one that falls silent is dead."""


def process_attributes(losses: Losses) -> dict[str, str | int]:
    """Return the resource attributes that describe this process at this moment."""
    return {
        **_process_identity(os.getpid()),
        attributes.DROPPED_SPANS: losses.dropped_spans,
        attributes.REDUCED_REQUESTS: losses.reduced_requests,
        attributes.COUNTED_REQUESTS: losses.counted_requests,
    }


@functools.lru_cache(1)
def _process_identity(pid: int) -> dict[str, str | int]:
    """Return what distinguishes this process from all others, and the namespace its id belongs to."""
    host = socket.gethostname()
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:  # not Linux
        namespace = ""
    return {
        attributes.PROCESS_ID: pid,
        # A restarted container has the same name and the same ids.
        attributes.SERVICE_INSTANCE: f"{host}:{os.urandom(3).hex()}:{pid}",
        attributes.HOST: host,
        attributes.PID_NAMESPACE: namespace,
        attributes.HEARTBEAT: HEARTBEAT_S,
    }


def encode(
    spans: Sequence[QueuedSpan], process: Mapping[str, str | int], *, hurry: bool = False
) -> tuple[bytes, int]:
    """Return the message with ``spans`` and how many of them could not be encoded.

    Parts of a protobuf message may be encoded one by one and simply joined. ``hurry`` leaves out the pauses.
    """
    parts: list[bytes] = []
    unusable = 0
    for start in range(0, len(spans), CHUNK):
        if start and not hurry:
            time.sleep(PAUSE_S)
        part, failed = _encode_chunk(spans[start : start + CHUNK], process)
        parts.append(part)
        unusable += failed
    return b"".join(parts), unusable


def encode_without_spans(service_name: str, process: Mapping[str, str | int]) -> bytes:
    """Return a message that carries only the counters of the process."""
    message = ExportTraceServiceRequest()
    resource = message.resource_spans.add().resource
    _write(resource, {attributes.SERVICE_NAME: service_name, **process})
    return message.SerializeToString()


def _encode_chunk(spans: Sequence[QueuedSpan], process: Mapping[str, str | int]) -> tuple[bytes, int]:
    try:
        return _encode_together(spans, process), 0
    except Exception as problem:  # noqa: BLE001 - one span with an impossible value must not lose the others
        report(problem)
    if len(spans) <= 1:
        return b"", len(spans)
    alone = [_encode_chunk([span], process) for span in spans]
    return b"".join(part for part, _ in alone), sum(failed for _, failed in alone)


def _encode_together(spans: Sequence[QueuedSpan], process: Mapping[str, str | int]) -> bytes:
    message = encode_spans([queued.span for queued in spans])
    identities = {queued.span.context.span_id: queued.opened_by for queued in spans}
    for group in message.resource_spans:
        _write(group.resource, process)
        for scope in group.scope_spans:
            for span in scope.spans:
                span.attributes.extend(_identity_pairs(identities[int.from_bytes(span.span_id)]))
    return message.SerializeToString()


@functools.lru_cache(IDENTITIES_KEPT)
def _identity_pairs(who: Identity | None) -> list[KeyValue]:
    """Return the attributes of ``who``, encoded once: they are the same on thousands of spans."""
    if who is None:
        return []
    pairs: dict[str, str | int] = {
        attributes.PROCESS_ID: who.process_id,
        attributes.THREAD_ID: who.thread_id,
        attributes.THREAD_NAME: who.thread_name,
    }
    if who.loop is not None:
        pairs[attributes.LOOP] = who.loop
    return [KeyValue(key=key, value=_any(value)) for key, value in pairs.items()]


def _write(resource: Resource, values: Mapping[str, str | int]) -> None:
    kept = [pair for pair in resource.attributes if pair.key not in values]
    del resource.attributes[:]
    resource.attributes.extend(kept)
    resource.attributes.extend(KeyValue(key=key, value=_any(value)) for key, value in values.items())


def _any(value: str | int) -> AnyValue:
    return AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value)
