"""Reads a file of traces of any size into spans, within bounds, and counts what is left out.

Understood are an ExportTraceServiceRequest, an array or lines of them (the Collector's file exporter), lines of
ResourceSpans (Java's logging exporter), and what Jaeger (`{"result": …}`) and Tempo (`{"batches": …}`,
`{"trace": …}`) answer; of other tools, what is in `foreign/`. A span is read by what the receiver reads it with
(`ingest/json_span.py`). Of a file of lines, a line that cannot be read costs itself alone.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO

from dashboard.ingest.otlp_json import SCOPE, SCOPES_OF_GROUP
from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.sender import Sender
from dashboard.interchange.bad_lines import BadLines
from dashboard.interchange.foreign import jaeger, python_console, zipkin
from dashboard.interchange.foreign.values import objects
from dashboard.interchange.json_stream import EXPECTED, JsonStream, ValueTooLargeError
from dashboard.interchange.kept_spans import GroupOfFile, KeptSpans, Progress, ScopeOfFile
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.oddities import describe_oddities
from dashboard.interchange.otlp import METADATA
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.interchange.unpacking import Unpacker, lines_of
from dashboard.traces.span import Span
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
OTHERS_NAMED = 5
LONGEST_NAMED = 40
MOST_MEMBERS = 64
"""Of an object of which it is not known yet what it is; a span of any tool has fewer."""


@dataclass(slots=True)
class FileContent:
    """The content of a file. `notes` are sentences about what was left out and what is odd."""

    spans: list[Span] = field(default_factory=list)
    metadata: JsonObject = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


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
        self._spans = KeptSpans(limits, now_ns, progress)
        self._bad_lines = BadLines()
        self._metadata: JsonObject = {}
        self._others: list[str] = []
        """What was found where spans were expected, in words."""
        self._groups = 0

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
                self._bad_lines.add(number, is_cut=not line.endswith(b"\n"))

    def _read_stream(self, file: BinaryIO) -> None:
        self._stream = JsonStream(file, self._limits.depth)
        while self._stream.next():
            self._read_document(self._limits.depth)

    def content(self) -> FileContent:
        """Return what was read. Raise ImportRefusedError when there is no span."""
        if not self._groups:
            raise ImportRefusedError(f"{EXPECTED}, with an array of 'resourceSpans'; got {self._describe_others()}.")
        if not self._spans:
            why = " ".join(["", *self._spans.rejections(), *self._bad_lines.notes()])
            raise ImportRefusedError(f"{EXPECTED}, with at least one span; it has none.{why}")
        spans = self._spans.all()
        notes = [*self._spans.notes(), *self._bad_lines.notes(), *describe_oddities(spans)]
        return FileContent(spans, self._metadata, notes)

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
        group: GroupOfFile | None = None
        loose: dict[str, JsonValue] = {}
        for key in self._stream.members():
            if key in SCOPES_OF_GROUP:
                group = group or GroupOfFile(loose.get("resource"), loose.get("schemaUrl"))
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
            self._spans.keep(group)
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
        group = GroupOfFile(message.get("resource"), message.get("schemaUrl"))
        for form in objects(message.get("scopeSpans")):
            scope = ScopeOfFile(form.get("scope"))
            group.scopes.append(scope)
            for item in objects(form.get("spans")):
                if self._spans.count():
                    self._spans.take(item, scope, None)
        self._spans.keep(group)

    def _note(self, other: str) -> None:
        if len(self._others) < OTHERS_NAMED and other not in self._others:
            self._others.append(other)

    def _read_group(self) -> None:
        group = GroupOfFile()
        for key in self._members_or_nothing():
            self._read_group_member(key, group)
        self._spans.keep(group)

    def _read_group_member(self, key: str, group: GroupOfFile) -> None:
        if key == "resource":
            group.resource = self._build(key)
        elif key == "schemaUrl":
            group.schema_url = self._build(key)
        elif key in SCOPES_OF_GROUP:
            for _ in self._stream.items(key):
                group.scopes.append(self._read_scope(group))
        else:
            self._stream.skip()

    def _read_scope(self, group: GroupOfFile) -> ScopeOfFile:
        scope = ScopeOfFile()
        sender = self._sender(group)
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

    def _sender(self, group: GroupOfFile) -> Sender | None:
        """Return the sender of a group; None as long as nothing is known of it, and if it cannot be read."""
        if group.resource is None:
            return None
        with suppress(SpanRejectedError):
            return self._spans.sender_of(group)
        return None

    def _read_span(self, scope: ScopeOfFile, sender: Sender | None) -> None:
        """Read one span, if there is room for it."""
        if not self._spans.count():
            self._stream.skip()
            return
        try:
            item = self._stream.build(self._limits.values)
        except ValueTooLargeError:
            self._spans.reject("too many values in one span")
        else:
            self._spans.take(item, scope, sender)

    def _build_metadata(self) -> JsonObject:
        """Return the metadata of a Gatescope export; {} for any other value."""
        try:
            built = self._stream.build(self._limits.metadata_values)
        except ValueTooLargeError:
            return {}
        return built if isinstance(built, dict) else {}

    def _describe_others(self) -> str:
        """Say what the file holds instead of OTLP."""
        for key, sentence in TOLD.items():
            if repr(key) in self._others:
                return sentence
        others = ", ".join(self._others)
        return f"JSON with {others}" if others else "empty JSON"
