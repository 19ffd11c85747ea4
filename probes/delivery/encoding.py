"""Turns spans into the body of one OTLP message.

What never changes is written once: name and kind of a stage, its fixed attributes, the thread that opened it, the
process. What describes the process is read at the moment of sending, because a fork invalidates everything older.
"""

import functools
import os
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.util.instrumentation import InstrumentationScope

from .. import attributes
from ..failsafe import report
from ..identity import Identity
from ..light_span import LightSpan
from ..stage_kinds import StageKind
from ..types import Value
from ..values import NOTHING_FIXED, FixedAttributes
from . import otlp_writer
from .outbox import Losses, OpenSpan
from .source_texts import TextsOfMessage, text_key

SCOPE = "gatescope"
CHUNK = 64
"""Spans encoded at a time, about half a millisecond."""
HEADS_KEPT = 2_048
"""Names of stages on threads and loops that are kept encoded."""
PAUSE_S = 0.0005
"""Pause between chunks, in which the application's threads get the interpreter."""
HEARTBEAT_S = 4
"""Seconds within which a process with open spans sends at least one message: one that falls silent is dead."""
OPEN_NS = 0
"""The end of a span that is open."""
UNSET, FAILED = 0, 2
"""Codes of a span's status (trace.proto, StatusCode)."""

_UNSET = otlp_writer.status(UNSET, "")
_SCOPE = otlp_writer.scope(InstrumentationScope(SCOPE))


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


def write_resource(described: Mapping[str, Any]) -> bytes:
    """Return the part of a message that says where its spans come from."""
    return otlp_writer.resource(described)


def encode(
    ended: Sequence[LightSpan],
    opened: Sequence[OpenSpan],
    resource: bytes,
    texts: TextsOfMessage | None = None,
    *,
    hurry: bool = False,
) -> tuple[bytes, int]:
    """Return the message with these spans and how many of them could not be encoded.

    ``resource`` is what `write_resource` returned, ``hurry`` leaves out the pauses.
    """
    texts = texts or TextsOfMessage()
    spans = [(span, None) for span in ended] + [(one.span, one.attributes) for one in opened]
    parts: list[bytes] = []
    for number, (span, described) in enumerate(spans, 1):
        try:
            parts.append(write_ended(span, texts) if described is None else write_open(span, described, texts))
        except Exception as problem:  # noqa: BLE001 - one impossible span must not lose the others
            report(problem)
            texts.sent.discard(span.fixed.text[0] if span.fixed.text else "")
        if number % CHUNK == 0 and not hurry:
            time.sleep(PAUSE_S)
    return otlp_writer.resource_spans(resource, _SCOPE, parts), len(spans) - len(parts)


def encode_without_spans(resource: bytes) -> bytes:
    """Return a message that carries only what is known of the process, such as its counters."""
    return otlp_writer.resource_alone(resource)


def write_ended(span: LightSpan, texts: TextsOfMessage) -> bytes:
    """Return a span that has ended, as a part of a message."""
    return _write(span, span.described(), span.end_ns, texts)


def write_open(span: LightSpan, described: Mapping[str, Value], texts: TextsOfMessage) -> bytes:
    """Return a span that is open, with its attributes at this moment, as a part of a message."""
    return _write(span, described, OPEN_NS, texts)


def _write(span: LightSpan, described: Mapping[str, Any], end_ns: int, texts: TextsOfMessage) -> bytes:
    fixed = span.fixed
    return otlp_writer.span(
        span.trace_id,
        span.span_id,
        span.parent_id,
        span.start_ns,
        end_ns,
        _write_head(span.kind, span.name, span.opened_by),
        b"" if fixed is NOTHING_FIXED else _write_fixed(fixed, described, texts),
        otlp_writer.attributes(described) if described else b"",
        _UNSET if span.failure is None else otlp_writer.status(FAILED, span.failure),
        otlp_writer.text(b"\x1a", span.trace_state) if span.trace_state else b"",
        _write_rare(span) if span.events or span.links or span.dropped_attributes else b"",
        parent_is_remote=span.parent_is_remote,
    )


@functools.lru_cache(HEADS_KEPT)
def _write_head(kind: StageKind, name: str, who: Identity | None) -> bytes:
    """Return what all stages of one kind and name say that were opened by one thread."""
    named = otlp_writer.name_and_kind(name, kind.span_kind)
    described: dict[str, str | int] = {attributes.STAGE: kind.name}
    if who is not None:
        described[attributes.PROCESS_ID] = who.process_id
        described[attributes.THREAD_ID] = who.thread_id
        described[attributes.THREAD_NAME] = who.thread_name
        if who.loop is not None:
            described[attributes.LOOP] = who.loop
    return named + otlp_writer.attributes(described)


def _write_fixed(fixed: FixedAttributes, described: Mapping[str, Any], texts: TextsOfMessage) -> bytes:
    """Return the fixed attributes but for those that were replaced, and for a text that the receiver has."""
    if fixed.written is None:
        _prepare(fixed)
    written = fixed.written or b""
    if described and not fixed.keys().isdisjoint(described):
        written = otlp_writer.attributes({key: value for key, value in fixed.items() if key not in described})
    elif fixed.text is not None and texts.wants(fixed.text[0]):
        written += fixed.text[1]
    return written


def _prepare(fixed: FixedAttributes) -> None:
    """Write the attributes once and for all, a source text by itself."""
    fixed.complete()
    plain = dict(fixed)
    text = plain.pop(attributes.CODE, None)
    if isinstance(text, str):
        key = text_key(text)
        fixed.text = (key, otlp_writer.attributes({attributes.CODE: text}))
        plain[attributes.CODE_ID] = key
    fixed.written = otlp_writer.attributes(plain)


def _write_rare(span: LightSpan) -> bytes:
    """Return what most spans do not have."""
    events = [otlp_writer.event(event.name, event.at_ns, event.attributes) for event in span.events]
    return b"".join(
        (
            otlp_writer.count(b"\x50", span.dropped_attributes),
            *events,
            otlp_writer.count(b"\x60", span.dropped_events),
            otlp_writer.links(span.links),
        )
    )
