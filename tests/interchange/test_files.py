"""Files that people have: what tools write, whole, cut, packed and in other encodings."""

import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from backports import zstd

from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.reader import FileContent, read_file
from dashboard.interchange.refusal import ImportRefusedError
from dashboard.traces.tree import build_trees
from tests.ingest.requests import json_request, json_span

FILES = Path(__file__).parent / "files"
NOW_NS = 1_700_000_000_000_000_000


def read(content: Any, **limits: Any) -> FileContent:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_file(io.BytesIO(raw), ImportLimits(**limits), NOW_NS, lambda _: None)


def refusal(content: Any, **limits: Any) -> str:
    with pytest.raises(ImportRefusedError) as refused:
        read(content, **limits)
    return refused.value.message


def numbered(number: int) -> bytes:
    return json.dumps(json_request(json_span(spanId=f"{number:016x}", parentSpanId=""))).encode()


@pytest.mark.parametrize(
    ("name", "spans", "notes"),
    [
        ("zero-parent.json", 2, []),
        ("old-scope.json", 1, []),
        ("fluent-bit.json", 2, []),
        ("java-logging.jsonl", 3, []),
        ("powershell-utf16.json", 2, []),
        ("aspire.zip", 2, []),
        ("collector.json.zst", 2, []),
        ("junk-line.jsonl", 2, ["Line 2 is no JSON and left out."]),
        ("cut-last-line.jsonl", 2, ["The file ends within line 2, which is left out."]),
        ("six-kinds.json", 6, []),
    ],
)
def test_every_file_is_read_as_a_whole(name: str, spans: int, notes: list[str]) -> None:
    found = read((FILES / name).read_bytes())
    assert (len(found.spans), found.notes) == (spans, notes)


def test_lines_of_resource_spans_are_one_trace() -> None:
    found = read((FILES / "java-logging.jsonl").read_bytes())
    assert {span.server for span in found.spans} == {"cli"}
    assert len(build_trees(found.spans)) == 1


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_every_encoding_that_windows_writes_is_read(coding: str) -> None:
    assert len(read(numbered(1).decode().encode(coding)).spans) == 1


@pytest.mark.parametrize("pack", [gzip.compress, zstd.compress, lambda raw: gzip.compress(zstd.compress(raw))])
def test_what_is_packed_is_unpacked(pack: Any) -> None:
    assert len(read(pack(numbered(1) + b"\n" + numbered(2))).spans) == 2


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "/") + ".json", content)
    return file.getvalue()


def test_of_an_archive_the_traces_are_taken() -> None:
    assert len(read(zipped(a=numbered(1), b=gzip.compress(numbered(2)))).spans) == 2
    assert len(read(zipped(traces_a=numbered(1), logs_b=b"no JSON")).spans) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (gzip.compress(numbered(1), mtime=0)[:-20], "got a gzip archive that is cut off"),
        (zstd.compress(numbered(1))[:-5], "got a zstd archive that is cut off"),
        (zipped(a=numbered(1))[:-30], "got a zip archive that cannot be unpacked"),
        (zipped(), "got a zip archive with no *.json"),
        (b"\x28\xb5\x2f\xfd nothing", "got a zstd archive that cannot be unpacked"),
        (gzip.compress(b"", mtime=0), "got an empty file"),
        ('{"a": '.encode("utf-16"), "the file is cut off"),
        ({"log": {"version": "1.2", "entries": []}}, "got a HAR file"),
        ({"log": {"entries": [[]] * 50_000}}, "got a HAR file"),
        ([{"ph": "X", "pid": 1, "ts": 5}], "got a trace for Perfetto"),
        ({"Name": "a", "SpanContext": {}}, "Go's stdouttrace exporter"),
        (b'{"level": "info"}\n{"level": "error"}\n', "got JSON with 'level'"),
        (b"{}\nnot JSON\nneither\n", "with an array of 'resourceSpans'"),
    ],
    # An archive holds the time at which it was made, and every worker of the tests has to give the same names.
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_cannot_be_read_is_told_what_it_is(content: Any, sentence: str) -> None:
    message = refusal(content)
    assert sentence in message
    assert message.endswith(".")


def test_a_small_archive_that_holds_very_much_is_refused() -> None:
    assert "more than 1 MB when unpacked" in refusal(gzip.compress(b" " * 9_000_000), unpacked_bytes=2**20)
    layers = numbered(1)
    for _ in range(5):
        layers = gzip.compress(layers)
    assert "archives in archives" in refusal(layers)


def test_the_lines_that_are_left_out_are_numbered() -> None:
    lines = [numbered(number) if number % 2 else b"[error] no JSON" for number in range(1, 17)]
    found = read(b"\n".join(lines) + b"\n")
    assert len(found.spans) == 8
    assert found.notes == ["Lines 2, 4, 6, 8, 10 and 3 more are no JSON and left out."]


def test_a_file_of_lines_may_begin_with_one_that_is_none() -> None:
    found = read(b"warning: slow\n" + numbered(1) + b"\n" + numbered(2))
    assert (len(found.spans), found.notes) == (2, ["Line 1 is no JSON and left out."])


def test_a_document_over_several_lines_is_one_document() -> None:
    assert len(read(json.dumps(json_request(json_span()), indent=2).encode()).spans) == 1
    assert len(read(json.dumps([json_request(json_span())], indent=2).encode()).spans) == 1


JAEGER = {
    "data": [
        {
            "traceID": "5b8efff798038103",
            "spans": [
                {
                    "traceID": "5b8efff798038103",
                    "spanID": "1",
                    "operationName": "GET /",
                    "references": [],
                    "startTime": 1_700_000_000_000_000,
                    "duration": 2_500,
                    "tags": [
                        {"key": "span.kind", "type": "string", "value": "server"},
                        {"key": "http.status_code", "type": "int64", "value": 500},
                        {"key": "error", "type": "bool", "value": True},
                        {"key": "otel.library.name", "type": "string", "value": "flask"},
                    ],
                    "logs": [
                        {
                            "timestamp": 1_700_000_000_000_100,
                            "fields": [
                                {"key": "event", "type": "string", "value": "exception"},
                                {"key": "exception.type", "type": "string", "value": "ValueError"},
                            ],
                        }
                    ],
                    "processID": "p1",
                },
                {
                    "traceID": "5b8efff798038103",
                    "spanID": "2",
                    "operationName": "SELECT",
                    "references": [
                        {"refType": "CHILD_OF", "traceID": "5b8efff798038103", "spanID": "1"},
                        {"refType": "FOLLOWS_FROM", "traceID": "aa", "spanID": "bb"},
                    ],
                    "startTime": 1_700_000_000_000_000,
                    "duration": 1,
                    "tags": [
                        {"key": "span.kind", "type": "string", "value": "client"},
                        {"key": "db.statement", "type": "string", "value": "SELECT 1"},
                    ],
                    "processID": "p1",
                },
            ],
            "processes": {"p1": {"serviceName": "shop", "tags": [{"key": "host", "type": "string", "value": "h1"}]}},
        }
    ],
    "total": 0,
}


def test_jaegers_own_form_is_read() -> None:
    root, query = read(JAEGER).spans
    assert root.trace_id == "5b8efff798038103".rjust(32, "0")
    assert (root.server, root.stage, root.status) == ("shop", "server", "error")
    assert (root.start_ns, root.end_ns) == (1_700_000_000_000_000_000, 1_700_000_000_002_500_000)
    assert root.attributes["http.response.status_code"] == 500
    assert root.events[0].attributes == {"exception.type": "ValueError"}
    assert root.source is not None
    assert root.source.as_json()["scope"] == {"name": "flask"}
    assert (query.parent_id, query.stage) == (root.span_id, "query")
    assert [link.span_id for link in query.more.links] == ["00000000000000bb"]


ZIPKIN = [
    {
        "traceId": "5b8efff798038103",
        "id": "1",
        "name": "get /",
        "kind": "CLIENT",
        "timestamp": 1_700_000_000_000_000,
        "duration": 500,
        "localEndpoint": {"serviceName": "page"},
        "remoteEndpoint": {"serviceName": "shop", "port": 80},
        "tags": {"http.method": "GET", "http.status_code": "200"},
    },
    {
        "traceId": "5b8efff798038103",
        "id": "1",
        "kind": "SERVER",
        "timestamp": 1_700_000_000_000_100,
        "localEndpoint": {"serviceName": "shop"},
        "annotations": [{"timestamp": 1_700_000_000_000_200, "value": "ws"}],
        "shared": True,
    },
]


@pytest.mark.parametrize("form", [ZIPKIN, [ZIPKIN]])
def test_zipkins_form_is_read_with_both_halves_of_a_call_and_what_is_still_open(form: Any) -> None:
    client, server = read(form).spans
    assert (client.server, client.stage, client.end_ns) == ("page", "client", 1_700_000_000_000_500_000)
    assert client.attributes["http.response.status_code"] == 200
    assert (server.server, server.stage, server.parent_id, server.end_ns) == ("shop", "server", client.span_id, None)
    assert server.events[0].name == "ws"


PRINTED = {
    "name": "GET /",
    "context": {
        "trace_id": "0x5b8efff798038103d269b633813fc60c",
        "span_id": "0xeee19b7ec3c1b174",
        "trace_state": "[]",
    },
    "kind": "SpanKind.SERVER",
    "parent_id": None,
    "start_time": "2026-01-02T03:04:05.000006Z",
    "end_time": "2026-01-02T03:04:06.000006Z",
    "status": {"status_code": "ERROR", "description": "boom"},
    "attributes": {"http.route": "/", "list": [1, 2]},
    "events": [{"name": "e", "timestamp": "2026-01-02T03:04:05.000007Z", "attributes": {"a": True}}],
    "links": [],
    "resource": {"attributes": {"service.name": "printed"}, "schema_url": "https://example.com/1"},
}


def test_what_the_console_exporter_for_python_prints_is_read() -> None:
    other = {**PRINTED, "context": {**PRINTED["context"], "span_id": "0xeee19b7ec3c1b175"}}  # type: ignore[dict-item]
    found = read("\n".join(json.dumps(span, indent=4) for span in (PRINTED, other)).encode())
    span = found.spans[0]
    assert (len(found.spans), span.server, span.stage, span.status) == (2, "printed", "server", "error")
    assert span.end_ns == span.start_ns + 1_000_000_000
    assert span.attributes["list"] == [1, 2]


@pytest.mark.parametrize("form", [JAEGER, ZIPKIN, [PRINTED]])
def test_whatever_stands_in_a_foreign_form_is_read_or_refused_and_never_fails(form: Any) -> None:
    def spoil(value: Any, path: tuple[Any, ...] = ()) -> Any:
        yield path
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            yield from spoil(value[key], (*path, key))

    for path in spoil(form):
        wrong: Any
        for wrong in (None, 7, 1e308, "x", [], {}, [[]], True):
            copy = json.loads(json.dumps(form))
            at = copy
            for key in path[:-1]:
                at = at[key]
            if path:
                at[path[-1]] = wrong
            try:
                read(copy)
            except ImportRefusedError as refused:
                assert refused.message.endswith(".")  # noqa: PT017 - it may be raised or not
