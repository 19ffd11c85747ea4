"""The dialects in which instruments tell of a span that is still open, beside an end that is absent or 0.

Logfire sends a special span, `pending_span`: a child of the span that it announces, with the real parent in an
attribute (https://github.com/pydantic/logfire: logfire/_internal/exporters/processor_wrapper.py and tracer.py).
Datadog's tracers send snapshots of a long span, numbered by `_dd.partial_version`, with the time that it has lasted
so far as its end (https://github.com/DataDog/dd-trace-java: LongRunningTracesTracker). What the partial-span
processor says in logs is in `partial_spans.py`.
"""

from msgspec.structs import replace

from dashboard.ingest.refusal import SpanRejectedError
from dashboard.traces.span import Span

SPAN_ID_DIGITS = 16
LOGFIRE_TYPE = "logfire.span_type"
LOGFIRE_PARENT = "logfire.pending_parent_id"
SNAPSHOT_VERSION = "_dd.partial_version"
DIALECTS = frozenset({LOGFIRE_TYPE, SNAPSHOT_VERSION})
"""The attributes by which their spans are known."""
HIGHEST_VERSION = 2**63 - 1


def as_open(span: Span) -> Span:
    """Return the span that a span of some dialect tells of; itself when it is none.

    Raise SpanRejectedError when it tells of none.
    """
    attributes = span.attributes
    if attributes.get(LOGFIRE_TYPE) == "pending_span":
        return _announced_by(span)
    version = attributes.get(SNAPSHOT_VERSION)
    if isinstance(version, int | float) and 0 <= version <= HIGHEST_VERSION:
        return snapshot(span, int(version))
    return span


def snapshot(span: Span, version: int) -> Span:
    """Return the span as it is while it is open; of several such versions the highest counts."""
    return replace(span, end_ns=None, details=replace(span.more, version=version))


def _announced_by(pending: Span) -> Span:
    if pending.parent_id is None:
        raise SpanRejectedError("a pending_span must be the child of the span that it announces")
    parent = str(pending.attributes.get(LOGFIRE_PARENT, ""))
    rest = {name: value for name, value in pending.attributes.items() if name not in {LOGFIRE_TYPE, LOGFIRE_PARENT}}
    is_id = len(parent) == SPAN_ID_DIGITS and parent.strip("0") != "" and set(parent) <= set("0123456789abcdef")
    return replace(
        pending, span_id=pending.parent_id, parent_id=parent if is_id else None, end_ns=None, attributes=rest
    )
