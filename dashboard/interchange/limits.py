"""The limits of an import: what one file may hold and cost."""

from dataclasses import dataclass, field

from dashboard.ingest.limits import KIB, MIB, IngestLimits


def _wider() -> IngestLimits:
    """Return limits wider than those of ingest, so that whatever was kept of a span once is kept again."""
    usual = IngestLimits()
    return IngestLimits(
        attributes=usual.attributes + 32,
        value_bytes=2 * usual.value_bytes,
        key_bytes=2 * usual.key_bytes,
        name_bytes=2 * usual.value_bytes,
        span_value_bytes=2 * usual.span_value_bytes,
        events=2 * usual.events,
        links=2 * usual.links,
    )


@dataclass(frozen=True, slots=True)
class ImportLimits:
    """Beyond the first four a file is refused; what is beyond the others is left out, counted and reported."""

    file_bytes: int = 100 * MIB
    unpacked_bytes: int = 400 * MIB
    """What an archive may hold."""
    reading_s: float = 300.0
    """Per file; then the process that reads it is killed."""
    memory_bytes: int = 1_536 * MIB
    """Of the process that reads a file."""
    spans: int = 50_000
    """As many as a page can play."""
    traces: int = 2_000
    values: int = 20_000
    """JSON values per span; a span with more is left out."""
    depth: int = 64
    """Nesting of the whole file."""
    metadata_values: int = 2_000_000
    """JSON values of a film's metadata."""
    one_span: IngestLimits = field(default_factory=_wider)


FORM_BYTES = 64 * KIB
"""What a form adds to the file in it."""
