"""Keeps the spans of a file within bounds, and says which it left out, and why."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from dashboard.ingest.json_span import read_resource, read_scope, read_span
from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.sender import Sender
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.otlp import restore
from dashboard.traces.limits import StoreLimits
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from dashboard.types import JsonValue

UNBOUNDED = 2**63

Progress = Callable[[int], object]
"""Called with the number of spans read so far."""


@dataclass(slots=True)
class ScopeOfFile:
    """A ScopeSpans message as far as it has been read: what describes its spans may follow them."""

    scope: JsonValue = None
    schema_url: JsonValue = None
    spans: list[Span] = field(default_factory=list)
    """They have no source yet."""
    unread: list[JsonValue] = field(default_factory=list)
    """Spans that came before their resource."""


@dataclass(slots=True)
class GroupOfFile:
    """A ResourceSpans message, likewise."""

    resource: JsonValue = None
    schema_url: JsonValue = None
    scopes: list[ScopeOfFile] = field(default_factory=list)


class KeptSpans:
    """The spans of one file. Of its first ones, as many are kept as a recording holds."""

    def __init__(self, limits: ImportLimits, now_ns: int, progress: Progress) -> None:
        self._limits = limits
        self._now_ns = now_ns
        self._progress = progress
        self._store = TraceStore(StoreLimits(UNBOUNDED, UNBOUNDED, UNBOUNDED, UNBOUNDED))
        self._traces: set[str] = set()
        self._seen = 0
        self._taken = 0
        self._beyond = 0
        self._rejected: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._traces)

    def count(self) -> bool:
        """Count a span of the file. Return whether there is room for it; if not, it is counted as left out."""
        self._seen += 1
        self._progress(self._seen)
        has_room = self._taken < self._limits.spans
        self._taken += has_room
        self._beyond += not has_room
        return has_room

    def take(self, item: JsonValue, scope: ScopeOfFile, sender: Sender | None) -> None:
        """Read a span that has room, now or, as long as its sender is not known, once its group is complete."""
        if sender is None:
            scope.unread.append(item)
            return
        try:
            scope.spans.append(read_span(item, sender, self._limits.one_span, self._now_ns + self._seen))
        except SpanRejectedError as why:
            self.reject(str(why))

    def reject(self, why: str, count: int = 1) -> None:
        """Leave out spans that had room, since they cannot be read."""
        self._rejected[why] += count
        self._taken -= count

    def sender_of(self, group: GroupOfFile) -> Sender:
        """Return the sender of a group. Raise SpanRejectedError, which holds for all its spans."""
        return read_resource(group.resource, group.schema_url, self._limits.one_span)

    def keep(self, group: GroupOfFile) -> None:
        """Give the spans of a group their source, now that all is known that describes them, and keep them."""
        try:
            sender = self.sender_of(group)
        except SpanRejectedError as why:
            for scope in group.scopes:
                self._reject_all(scope, why)
            return
        for scope in group.scopes:
            self._keep_scope(scope, sender)

    def all(self) -> list[Span]:
        """Return the spans in the order in which they were recorded, or came."""
        return restore(self._store.snapshot())

    def notes(self) -> list[str]:
        """Return a sentence for each reason for which spans were left out."""
        notes = []
        if self._beyond:
            notes.append(
                f"{self._beyond:,} of {self._seen:,} spans were left out: a recording holds at most "
                f"{self._limits.spans:,} spans of {self._limits.traces:,} traces."
            )
        return [*notes, *self.rejections()]

    def rejections(self) -> Sequence[str]:
        """Return a sentence about the spans that cannot be read, if there are any."""
        if not self._rejected:
            return ()
        why, _ = self._rejected.most_common(1)[0]
        return (f"{sum(self._rejected.values()):,} of {self._seen:,} spans cannot be read: {why}.",)

    def _keep_scope(self, scope: ScopeOfFile, sender: Sender) -> None:
        try:
            made_by = sender.in_scope(read_scope(scope.scope, scope.schema_url, self._limits.one_span))
        except SpanRejectedError as why:
            self._reject_all(scope, why)
            return
        unread, scope.unread = scope.unread, []
        for item in unread:
            self.take(item, scope, made_by)
        for span in scope.spans:
            self._store_span(replace(span, source=made_by.source))

    def _reject_all(self, scope: ScopeOfFile, why: SpanRejectedError) -> None:
        if count := len(scope.spans) + len(scope.unread):
            self.reject(str(why), count)

    def _store_span(self, span: Span) -> None:
        if span.trace_id not in self._traces and len(self._traces) >= self._limits.traces:
            self._beyond += 1
            return
        self._traces.add(span.trace_id)
        self._store.absorb([span])
