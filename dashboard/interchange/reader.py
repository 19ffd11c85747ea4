"""Reads a file of traces of any size into spans, within bounds, and counts what is left out.

Understood are an ExportTraceServiceRequest, an array or lines of them (the Collector's file exporter), lines of
ResourceSpans (Java's logging exporter), and what Jaeger (`{"result": …}`) and Tempo (`{"batches": …}`,
`{"trace": …}`) answer; of other tools, what is in `foreign/`. A span is read by what the receiver reads it with
(`ingest/json_span.py`). Of a file of lines, a line that cannot be read costs itself alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from msgspec.structs import replace

from dashboard.ingest.json_span import read_resource, read_scope, read_span
from dashboard.ingest.otlp_json import SCOPE, SCOPES_OF_GROUP
from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.sender import Sender
from dashboard.interchange.foreign import jaeger, python_console, zipkin
from dashboard.interchange.foreign.values import objects
from dashboard.interchange.json_stream import EXPECTED, JsonStream, ValueTooLargeError
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.oddities import describe_oddities
from dashboard.interchange.otlp import METADATA, restore
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.interchange.unpacking import Unpacker, lines_of
from dashboard.traces.limits import StoreLimits
from dashboard.traces.source import ScopeDescription
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from dashboard.types import JsonObject, JsonValue

GROUPS = {"resourceSpans", "batches"}
WRAPPERS = {"trace", "result", "data"}
FOREIGN: Sequence[tuple[Callable[[JsonObject], bool], Callable[[JsonObject], Iterator[JsonObject]]]] = (
    (jaeger.is_trace, jaeger.groups),
    (zipkin.is_span, zipkin.groups),
    (python_console.is_span, python_console.groups),
)
"""How an object of another tool is recognised, and what makes ResourceSpans messages of it."""
PERFETTO = "a trace for Perfetto, which cannot be played. Export OTLP/JSON instead"
TOLD = {
    "traceEvents": PERFETTO,
    "ph": PERFETTO,
    "traceID": "Jaeger's own format without its spans. Fetch the trace from /api/v3/traces/ID, which answers in OTLP",
    "log": "a HAR file, what a browser noted of its network, which has no spans. Let the page send its own: "
    "with OpenTelemetry's SDK for the web, to /v1/traces",
    "SpanContext": "spans as Go's stdouttrace exporter prints them. Use otlptracehttp in its place, which sends OTLP",
}
"""What is said of a file that holds no spans that can be read, by a member that tells what it is."""
UNBOUNDED = 2**63
OTHERS_NAMED = 5
LINES_NAMED = 5
LONGEST_NAMED = 40
MOST_MEMBERS = 64
"""Of an object of which it is not known yet what it is; a span of any tool has fewer."""

Progress = Callable[[int], object]
"""Called with the number of spans read so far."""


@dataclass(slots=True)
class FileContent:
    """The content of a file. `notes` are sentences about what was left out and what is odd."""

    spans: list[Span] = field(default_factory=list)
    metadata: JsonObject = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """A ResourceSpans message as far as it has been read: what describes its spans may follow them."""

    resource: JsonValue = None
    schema_url: JsonValue = None
    scopes: list["_Scope"] = field(default_factory=list)


@dataclass(slots=True)
class _Scope:
    """A ScopeSpans message, likewise. Its spans have no source yet."""

    scope: JsonValue = None
    schema_url: JsonValue = None
    spans: list[Span] = field(default_factory=list)
    unread: list[JsonValue] = field(default_factory=list)
    """Spans that came before their resource."""


def read_file(file: BinaryIO, limits: ImportLimits, now_ns: int, progress: Progress) -> FileContent:
    """Read a file. Raise ImportRefusedError, with a sentence, when it holds nothing that can be shown."""
    reader = _Reader(limits, now_ns, progress)
    for document in Unpacker(limits).unpack(file):
        reader.read(document)
    return reader.content()


class _Reader:
    """Reads one file. The methods are in the order of the levels of OTLP."""

    _stream: JsonStream

    def __init__(self, limits: ImportLimits, now_ns: int, progress: Progress) -> None:
        self._limits = limits
        self._now_ns = now_ns
        self._progress = progress
        self._store = TraceStore(StoreLimits(UNBOUNDED, UNBOUNDED, UNBOUNDED, UNBOUNDED))
        self._traces: set[str] = set()
        self._metadata: JsonObject = {}
        self._others: list[str] = []
        """What was found where spans were expected, in words."""
        self._groups = 0
        self._seen = 0
        self._made = 0
        self._beyond = 0
        self._rejected: Counter[str] = Counter()
        self._bad_lines: list[int] = []
        self._cut_line = 0
        """The number of the last line if the file ends within it."""

    def read(self, file: BinaryIO) -> None:
        """Read a document, or lines that are documents. Raise ImportRefusedError if the document cannot be read."""
        lines = lines_of(file)
        if lines is None:
            self._read_stream(file)
            return
        for number, line in lines:
            try:
                self._read_stream(BytesIO(line))
            except ImportRefusedError:
                if line.endswith(b"\n"):
                    self._bad_lines.append(number)
                else:
                    self._cut_line = number

    def _read_stream(self, file: BinaryIO) -> None:
        self._stream = JsonStream(file, self._limits.depth)
        while self._stream.next():
            self._read_document(self._limits.depth)

    def content(self) -> FileContent:
        """Return what was read. Raise ImportRefusedError when there is no span."""
        if not self._groups:
            raise ImportRefusedError(f"{EXPECTED}, with an array of 'resourceSpans'; got {self._describe_others()}.")
        if not self._traces:
            why = " ".join(["", *([self._rejections()] if self._rejected else []), *self._describe_lines()])
            raise ImportRefusedError(f"{EXPECTED}, with at least one span; it has none.{why}")
        spans = restore(self._store.snapshot())
        return FileContent(spans, self._metadata, [*self._left_out(), *describe_oddities(spans)])

    def _read_document(self, depth: int) -> None:
        stream = self._stream
        if stream.kind == "start_array" and depth:
            for _ in stream.items("the file"):
                self._read_document(depth - 1)
        elif stream.kind == "start_map" and depth:
            self._read_object(depth)
        else:
            self._note(stream.what)
            stream.skip()

    def _read_object(self, depth: int) -> None:
        """Read an object, which holds ResourceSpans messages or is one, or is what another tool writes."""
        group: _Group | None = None
        loose: dict[str, JsonValue] = {}
        for key in self._stream.members():
            if key in SCOPES_OF_GROUP:
                group = group or _Group(loose.get("resource"), loose.get("schemaUrl"))
                self._read_group_member(key, group)
            elif key in GROUPS:
                self._groups += 1
                for _ in self._stream.items(key):
                    self._read_group()
            elif key == METADATA:
                self._metadata = self._build_metadata()
            elif key in WRAPPERS and self._stream.kind in {"start_map", "start_array", "null"}:
                self._read_document(depth - 1)
            else:
                self._build_loose(key, loose)
        if group:
            group.resource, group.schema_url = loose.get("resource"), loose.get("schemaUrl")
            self._groups += 1
            self._keep_group(group)
        elif not self._read_foreign(loose):
            for key in loose:
                self._note(repr(key[:LONGEST_NAMED]))

    def _build_loose(self, key: str, loose: dict[str, JsonValue]) -> None:
        """Build a member of an object of which it is not known yet what it is."""
        if len(loose) >= MOST_MEMBERS:
            self._stream.skip()
            return
        loose[key] = None
        with suppress(ValueTooLargeError):
            loose[key] = self._stream.build(self._limits.metadata_values if key == "spans" else self._limits.values)

    def _read_foreign(self, form: JsonObject) -> bool:
        """Read what another tool writes. Return whether it is that."""
        tool = next((tool for recognises, tool in FOREIGN if recognises(form)), None)
        if tool is None:
            return False
        for message in tool(form):
            self._groups += 1
            self._take(message)
        return True

    def _take(self, message: JsonObject) -> None:
        """Take a ResourceSpans message that was made from another tool's form."""
        group = _Group(message.get("resource"), message.get("schemaUrl"))
        for scope in objects(message.get("scopeSpans")):
            items = objects(scope.get("spans"))
            self._seen += len(items)
            self._progress(self._seen)
            kept = items[: max(0, self._limits.spans - self._made)]
            self._beyond += len(items) - len(kept)
            self._made += len(kept)
            group.scopes.append(_Scope(scope.get("scope"), None, unread=[*kept]))
        self._keep_group(group)

    def _note(self, other: str) -> None:
        if len(self._others) < OTHERS_NAMED and other not in self._others:
            self._others.append(other)

    def _read_group(self) -> None:
        group = _Group()
        for key in self._members_or_nothing():
            self._read_group_member(key, group)
        self._keep_group(group)

    def _read_group_member(self, key: str, group: _Group) -> None:
        if key == "resource":
            group.resource = self._build(key)
        elif key == "schemaUrl":
            group.schema_url = self._build(key)
        elif key in SCOPES_OF_GROUP:
            for _ in self._stream.items(key):
                group.scopes.append(self._read_scope(group))
        else:
            self._stream.skip()

    def _read_scope(self, group: _Group) -> _Scope:
        scope = _Scope()
        sender = self._sender(group) if group.resource is not None else None
        for key in self._members_or_nothing():
            if key in SCOPE:
                scope.scope = self._build(key)
            elif key == "schemaUrl":
                scope.schema_url = self._build(key)
            elif key == "spans":
                for _ in self._stream.items(key):
                    self._read_span(scope, sender)
            else:
                self._stream.skip()
        return scope

    def _members_or_nothing(self) -> Iterable[str]:
        if self._stream.kind == "start_map":
            return self._stream.members()
        self._stream.skip()
        return ()

    def _build(self, what: str) -> JsonValue:
        try:
            return self._stream.build(self._limits.values)
        except ValueTooLargeError as error:
            why = f"{EXPECTED}; its {what} is not valid (it has too many values)."
            raise ImportRefusedError(why) from error

    def _sender(self, group: _Group) -> Sender:
        try:
            return read_resource(group.resource, group.schema_url, self._limits.one_span)
        except SpanRejectedError as error:
            raise ImportRefusedError(f"{EXPECTED}; one of its resources is not valid ({error}).") from error

    def _read_span(self, scope: _Scope, sender: Sender | None) -> None:
        """Read one span. Count it if it is beyond the limits or malformed."""
        self._seen += 1
        self._progress(self._seen)
        if self._made >= self._limits.spans:
            self._beyond += 1
            self._stream.skip()
            return
        try:
            item = self._stream.build(self._limits.values)
            if sender:
                scope.spans.append(self._make(item, sender))
            else:
                scope.unread.append(item)
                self._made += 1
        except (SpanRejectedError, ValueTooLargeError) as why:
            self._reject(why)

    def _make(self, item: JsonValue, sender: Sender) -> Span:
        span = read_span(item, sender, self._limits.one_span, self._now_ns + self._seen)
        self._made += 1
        return span

    def _reject(self, why: Exception) -> None:
        words = "too many values in one span" if isinstance(why, ValueTooLargeError) else str(why)
        self._rejected[words] += 1

    def _keep_group(self, group: _Group) -> None:
        """Give the spans of a group their source, now that all is known that describes them, and keep them."""
        sender = self._sender(group)
        for scope in group.scopes:
            try:
                described = read_scope(scope.scope, scope.schema_url, self._limits.one_span)
            except SpanRejectedError:
                described = ScopeDescription()
            made_by = sender.in_scope(described)
            for item in scope.unread:
                self._made -= 1
                try:
                    scope.spans.append(self._make(item, made_by))
                except SpanRejectedError as why:
                    self._reject(why)
            for span in scope.spans:
                self._keep(replace(span, source=made_by.source))

    def _keep(self, span: Span) -> None:
        if span.trace_id not in self._traces and len(self._traces) >= self._limits.traces:
            self._beyond += 1
            return
        self._traces.add(span.trace_id)
        self._store.absorb([span])

    def _build_metadata(self) -> JsonObject:
        """Return the metadata of a Gatescope export; {} for any other value."""
        try:
            built = self._stream.build(self._limits.metadata_values)
        except ValueTooLargeError:
            return {}
        return built if isinstance(built, dict) else {}

    def _left_out(self) -> list[str]:
        notes = []
        if self._beyond:
            notes.append(
                f"{self._beyond:,} of {self._seen:,} spans were left out: a recording holds at most "
                f"{self._limits.spans:,} spans of {self._limits.traces:,} traces."
            )
        if self._rejected:
            notes.append(self._rejections())
        return notes + self._describe_lines()

    def _describe_lines(self) -> list[str]:
        notes = []
        if self._bad_lines:
            named = [f"{number:,}" for number in self._bad_lines[:LINES_NAMED]]
            if more := len(self._bad_lines) - len(named):
                named.append(f"{more:,} more")
            listed = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
            one = len(self._bad_lines) == 1
            notes.append(f"Line{'' if one else 's'} {listed} {'is' if one else 'are'} no JSON and left out.")
        if self._cut_line:
            notes.append(f"The file ends within line {self._cut_line:,}, which is left out.")
        return notes

    def _rejections(self) -> str:
        why, _ = self._rejected.most_common(1)[0]
        return f"{sum(self._rejected.values()):,} of {self._seen:,} spans cannot be read: {why}."

    def _describe_others(self) -> str:
        """Say what the file holds instead of OTLP."""
        for key, sentence in TOLD.items():
            if repr(key) in self._others:
                return sentence
        others = ", ".join(self._others)
        return f"JSON with {others}" if others else "empty JSON"
