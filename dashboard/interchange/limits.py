"""The named numbers of an import: what one file may hold and cost."""

from dataclasses import dataclass, field

from dashboard.ingest.limits import KIB, MIB, IngestLimits


def _wider() -> IngestLimits:
    """Of one span. Wider than for what is sent to us, so that whatever was kept of a span once is kept again."""
    usual = IngestLimits()
    return IngestLimits(
        attributes=usual.attributes + 32,
        value_bytes=2 * usual.value_bytes,
        key_bytes=2 * usual.key_bytes,
        name_bytes=2 * usual.value_bytes,
        span_value_bytes=2 * usual.span_value_bytes,
        events=2 * usual.events,
    )


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """Beyond the first two a file is refused; what is beyond the others is left out, counted and said."""

    file_bytes: int = 100 * MIB
    reading_s: float = 300.0
    """Of one file; after this the process that reads it is ended."""
    memory_bytes: int = 1_536 * MIB
    """Of the process that reads."""
    spans: int = 50_000
    """As many as a page can play."""
    traces: int = 2_000
    values: int = 20_000
    """JSON values of one span; a span with more is left out."""
    depth: int = 64
    """Of the whole file's nesting."""
    about_values: int = 2_000_000
    """JSON values of what a film has beside its spans."""
    one_span: IngestLimits = field(default_factory=_wider)


FORM_BYTES = 64 * KIB
"""What a form adds to the file in it."""
