"""Reads a file of OTLP/JSON of any size into spans, within bounds, and counts what is left out.

Understood are an ExportTraceServiceRequest, an array or lines of them (the Collector's file exporter), and what
Jaeger (`{"result": …}`) and Tempo (`{"batches": …}`, `{"trace": …}`) answer, whose ids may be base64.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from dashboard.ingest.otlp_json import read_resource, read_span
from dashboard.ingest.refusal import RequestRefusedError, SpanRejectedError
from dashboard.ingest.spans import Resource
from dashboard.interchange.json_stream import EXPECTED, JsonStream, ValueTooLargeError
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.otlp import METADATA, restore
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.traces.span import Span, SpanKey, by_trace
from dashboard.traces.tree import build_trees
from dashboard.types import JsonObject

GROUPS = {"resourceSpans", "batches"}
SCOPES = {"scopeSpans", "instrumentationLibrarySpans"}
WRAPPERS = {"trace", "result"}
IDS = ("traceId", "spanId", "parentSpanId")
BASE64_DIGITS = {12, 24}
"""The lengths of ids of 8 and 16 bytes in base64."""
OTHERS_NAMED = 5

Progress = Callable[[int], object]
"""Called with the number of spans read so far."""


@dataclass(slots=True)
class FileContent:
    """The content of a file. `notes` are sentences about what was left out and what is odd."""

    spans: list[Span] = field(default_factory=list)
    metadata: JsonObject = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_file(file: BinaryIO, limits: ImportLimits, now_ns: int, progress: Progress) -> FileContent:
    """Read a file. Raise ImportRefusedError, with a sentence, when it holds nothing that can be shown."""
    reader = _Reader(JsonStream(file, limits.depth), limits, now_ns, progress)
    reader.read_documents()
    return reader.content()


class _Reader:
    """Reads one file. The methods are in the order of the levels of OTLP."""

    def __init__(self, stream: JsonStream, limits: ImportLimits, now_ns: int, progress: Progress) -> None:
        self._stream = stream
        self._limits = limits
        self._now_ns = now_ns
        self._progress = progress
        self._spans: dict[SpanKey, Span] = {}
        self._traces: set[str] = set()
        self._metadata: JsonObject = {}
        self._others: list[str] = []
        """What was found where spans were expected, in words."""
        self._groups = 0
        self._seen = 0
        self._made = 0
        self._beyond = 0
        self._rejected: Counter[str] = Counter()

    def read_documents(self) -> None:
        """Read each document of the file: one, or one a line."""
        while self._stream.next():
            self._read_document(self._limits.depth)

    def content(self) -> FileContent:
        """Return what was read. Raise ImportRefusedError when there is no span."""
        if not self._groups:
            raise ImportRefusedError(f"{EXPECTED}, with an array of 'resourceSpans'; got {self._describe_others()}.")
        if not self._spans:
            why = f" {self._rejections()}" if self._rejected else ""
            raise ImportRefusedError(f"{EXPECTED}, with at least one span; it has none.{why}")
        spans = restore(self._spans.values())
        return FileContent(spans, self._metadata, [*self._left_out(), *_oddities(spans)])

    def _read_document(self, depth: int) -> None:
        stream = self._stream
        if stream.kind == "start_array" and depth:
            for _ in stream.items("the file"):
                self._read_document(depth - 1)
        elif stream.kind == "start_map" and depth:
            for key in stream.members():
                self._read_member(key, depth)
        else:
            self._note(stream.what)
            stream.skip()

    def _read_member(self, key: str, depth: int) -> None:
        if key in GROUPS:
            self._groups += 1
            for _ in self._stream.items(key):
                self._read_group()
        elif key == METADATA:
            self._metadata = self._build_metadata()
        elif key in WRAPPERS:
            self._read_document(depth - 1)
        else:
            self._note(repr(key[:40]))
            self._stream.skip()

    def _note(self, other: str) -> None:
        if len(self._others) < OTHERS_NAMED and other not in self._others:
            self._others.append(other)

    def _read_group(self) -> None:
        """Read a ResourceSpans message, whose resource may follow its spans."""
        sender: Resource | None = None
        early: list[Span] = []
        for key in self._members_or_nothing():
            if key == "resource":
                sender = self._read_resource()
            elif key in SCOPES:
                for _ in self._stream.items(key):
                    self._read_scope(sender, early)
            else:
                self._stream.skip()
        for span in early:
            self._keep(_set_sender(span, sender) if sender else span)

    def _read_resource(self) -> Resource | None:
        try:
            built = self._stream.build(self._limits.values)
            return read_resource(built if isinstance(built, dict) else {}, self._limits.one_span)
        except (ValueTooLargeError, RequestRefusedError) as error:
            raise ImportRefusedError(f"{EXPECTED}; one of its resources is not valid ({_words(error)}).") from error

    def _read_scope(self, sender: Resource | None, early: list[Span]) -> None:
        for key in self._members_or_nothing():
            if key != "spans":
                self._stream.skip()
                continue
            for _ in self._stream.items(key):
                span = self._read_span(sender or Resource("unknown_service", {}, None, None))
                if span and sender:
                    self._keep(span)
                elif span:
                    early.append(span)

    def _members_or_nothing(self) -> Iterable[str]:
        if self._stream.kind == "start_map":
            return self._stream.members()
        self._stream.skip()
        return ()

    def _read_span(self, sender: Resource) -> Span | None:
        """Read one span. Return None, and count it, if it is beyond the limits or malformed."""
        self._seen += 1
        self._progress(self._seen)
        if self._made >= self._limits.spans:
            self._beyond += 1
            self._stream.skip()
            return None
        try:
            span = self._build_span(sender)
        except (SpanRejectedError, RequestRefusedError, ValueTooLargeError) as why:
            self._rejected[_words(why)] += 1
            return None
        self._made += 1
        return span

    def _build_span(self, sender: Resource) -> Span:
        item = self._stream.build(self._limits.values)
        if not isinstance(item, dict):
            raise SpanRejectedError("a span must be an object")
        span = read_span(_with_hex_ids(item), sender, self._limits.one_span, self._now_ns + self._seen)
        if not span.start_ns:
            raise SpanRejectedError("a span must have a start time")
        return span

    def _keep(self, span: Span) -> None:
        if span.trace_id not in self._traces and len(self._traces) >= self._limits.traces:
            self._beyond += 1
            return
        known = self._spans.get(span.key)
        if known is None or span.supersedes(known):
            self._traces.add(span.trace_id)
            self._spans[span.key] = span

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
        return notes

    def _rejections(self) -> str:
        why, _ = self._rejected.most_common(1)[0]
        return f"{sum(self._rejected.values()):,} of {self._seen:,} spans cannot be read: {why}."

    def _describe_others(self) -> str:
        """Say what the file holds instead of OTLP."""
        if "'traceEvents'" in self._others:
            return "a trace for Perfetto, which cannot be played. Export OTLP/JSON instead"
        if "'data'" in self._others:
            return "Jaeger's own format. Fetch the trace from /api/v3/traces/ID, which answers in OTLP"
        others = ", ".join(self._others)
        return f"JSON with {others}" if others else "empty JSON"


def _set_sender(span: Span, sender: Resource) -> Span:
    return replace(span, server=sender.server, attributes={**sender.inherited, **span.attributes})


def _with_hex_ids(item: JsonObject) -> JsonObject:
    """Return the span with its ids as OTLP writes them; protobuf's own JSON has them in base64."""
    ids = {name: item.get(name) for name in IDS}
    encoded = {name: id_ for name, id_ in ids.items() if isinstance(id_, str) and len(id_) in BASE64_DIGITS}
    try:
        return {**item, **{name: base64.b64decode(id_, validate=True).hex() for name, id_ in encoded.items()}}
    except binascii.Error:
        return item


def _oddities(spans: Iterable[Span]) -> list[str]:
    """Say what has to be corrected wherever the spans are drawn."""
    nodes = (node for trace in by_trace(spans).values() for root in build_trees(trace) for node in root.walk())
    anomalies = Counter(anomaly for node in nodes for anomaly in node.anomalies)
    return [f"{number:,} span{'s: each' if number > 1 else ''} {anomaly}." for anomaly, number in anomalies.items()]


def _words(error: Exception) -> str:
    if isinstance(error, ValueTooLargeError):
        return "too many values in one span"
    return str(error).removeprefix("malformed: ").removeprefix("JSON: ")
