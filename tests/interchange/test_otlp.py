"""A film as OTLP/JSON: what was exported is imported as it was, and the official messages take it."""

import base64
import json
from typing import Any

from google.protobuf.json_format import ParseDict
from hypothesis import given
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from dashboard.ingest.otlp_json import read_json
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.metadata import MetadataJson
from dashboard.interchange.otlp import otlp_json, restore
from dashboard.traces.span import Span
from tests.interchange.films import few, films
from tests.support.spans import make_open, make_span

ONE_SPAN = ImportLimits().one_span


def exported(*spans: Any, about: Any = None) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(otlp_json(spans, about))
    return form


def one(*spans: Span) -> dict[str, Any]:
    [group] = exported(*spans)["resourceSpans"]
    [scope] = group["scopeSpans"]
    span: dict[str, Any] = scope["spans"][0]
    return span


def official(form: dict[str, Any]) -> ExportTraceServiceRequest:
    """The request as the official library reads it: it takes ids as base64 and knows no further member."""
    groups = form["resourceSpans"]
    for span in (span for group in groups for scope in group["scopeSpans"] for span in scope["spans"]):
        for holder in [span, *span.get("links", ())]:
            for name in {"traceId", "spanId", "parentSpanId"} & set(holder):
                holder[name] = base64.b64encode(bytes.fromhex(holder[name])).decode()
    return ParseDict({"resourceSpans": groups}, ExportTraceServiceRequest())


@few
@given(films)
def test_what_is_exported_comes_back_as_it_was(film: Any) -> None:
    batch = read_json(otlp_json(film).encode(), ONE_SPAN, received_ns=1)
    assert restore(batch.spans) == film
    assert batch.rejected == 0


@few
@given(films)
def test_the_official_messages_take_every_export(film: Any) -> None:
    request = official(exported(*film))
    found = [span for group in request.resource_spans for scope in group.scope_spans for span in scope.spans]
    assert sorted(span.span_id.hex() for span in found) == sorted(span.span_id for span in film)
    assert sum(span.end_time_unix_nano for span in found) == sum(span.end_ns or 0 for span in film)


def test_spans_stand_with_the_server_and_the_process_that_made_them() -> None:
    spans = [
        make_span(number, server=server, attributes={"service.instance.id": instance})
        for number, server, instance in [
            (1, "uvicorn", "a"),
            (2, "uvicorn", "b"),
            (3, "daphne", "a"),
            (4, "uvicorn", "a"),
        ]
    ]
    groups = exported(*spans)["resourceSpans"]
    assert [len(group["scopeSpans"][0]["spans"]) for group in groups] == [2, 1, 1]
    assert groups[0]["resource"]["attributes"] == [
        {"key": "service.name", "value": {"stringValue": "uvicorn"}},
        {"key": "service.instance.id", "value": {"stringValue": "a"}},
    ]


def test_an_open_span_has_the_end_0_as_in_a_live_stream() -> None:
    assert one(make_open())["endTimeUnixNano"] == "0"


def test_times_are_decimal_strings_and_ids_hexadecimal() -> None:
    span = one(make_span(parent_id="eee19b7ec3c1b174", start_ns=2**62 + 1))
    assert span["startTimeUnixNano"] == "4611686018427387905"
    assert span["parentSpanId"] == "eee19b7ec3c1b174"


def test_the_stage_becomes_the_kind_of_the_conventions() -> None:
    kinds = {stage: one(make_span(stage=stage))["kind"] for stage in ("server", "client", "query", "view")}
    assert kinds == {"server": 2, "client": 3, "query": 3, "view": 1}


def test_an_error_has_its_code_and_its_sentence() -> None:
    span = make_span(status="error", attributes={"otel.status_description": "died with worker 7"})
    assert one(span)["status"] == {"code": 2, "message": "died with worker 7"}


def test_a_message_is_linked_to_its_session() -> None:
    session = "5b8efff798038103d269b633813fc60c/eee19b7ec3c1b174"
    span = make_span(stage="message", attributes={"gatescope.session": session})
    assert one(span)["links"] == [{"traceId": session[:32], "spanId": session[33:]}]


def test_a_stage_that_no_attribute_tells_is_told_to_others() -> None:
    """The dashboard's own spans, of client and proxy, carry it in no attribute."""
    pairs = {pair["key"]: pair["value"] for pair in one(make_span(stage="client"))["attributes"]}
    assert pairs["gatescope.stage"] == {"stringValue": "client"}


def test_the_rest_of_the_film_comes_before_the_spans() -> None:
    metadata: MetadataJson = {"title": "one", "run": {"id": "r1"}, "servers": [], "backlog": {}}
    text = otlp_json([make_span()], metadata)
    assert list(json.loads(text)) == ["gatescope", "resourceSpans"]
    assert json.loads(text)["gatescope"] == metadata


def test_the_file_is_ascii() -> None:
    assert otlp_json([make_span(name="Grüße \u2028")]).isascii()


def test_spans_of_others_stay_as_they_are() -> None:
    foreign = make_span(stage="", attributes={"http.route": "/x"})
    assert restore([foreign]) == [foreign]
