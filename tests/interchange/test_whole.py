"""The export of an import is the import: every field of OTLP that a file brought leaves again as it came."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.protobuf import read_protobuf
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.otlp import otlp_json, request_json
from dashboard.interchange.otlp_protobuf import request_protobuf
from dashboard.interchange.reader import read_file
from dashboard.recordings.film import Film, unpack_spans

FILES = Path(__file__).parent / "files"
NOTHING: Any = ({}, [], "", 0, "0", None)


def exported(form: Any) -> Any:
    """What the file leaves as, after it was kept in a recording."""
    spans = read_file(io.BytesIO(json.dumps(form).encode()), ImportLimits(), 1, lambda _: None).spans
    return json.loads(otlp_json(unpack_spans(Film(spans).pack())))


def normal(form: Any) -> Any:
    """The spans of a message, each with its resource and its scope, without what says nothing; by id."""
    found = []
    for group in form["resourceSpans"]:
        scopes = [*group.get("scopeSpans", ()), *group.get("instrumentationLibrarySpans", ())]
        for scope, span in ((one, span) for one in scopes for span in one.get("spans", ())):
            about = scope.get("scope") or scope.get("instrumentationLibrary")
            parts = [group.get("resource"), group.get("schemaUrl"), about, scope.get("schemaUrl")]
            found.append(tidy([*(part or {} for part in parts), spelt(span)]))
    return sorted(found, key=lambda one: (one[4]["traceId"], one[4]["spanId"], json.dumps(one)))


def spelt(span: dict[str, Any]) -> dict[str, Any]:
    """The span with names and numbers spelt in one way."""
    status = dict(span.get("status") or {})
    codes: dict[Any, int] = {"ERROR": 2, "STATUS_CODE_ERROR": 2, "OK": 1, "STATUS_CODE_OK": 1, "UNSET": 0}
    status["code"] = codes.get(status.get("code"), status.get("code"))
    ids = {name: str(span.get(name, "")).lower() for name in ("traceId", "spanId", "parentSpanId")}
    if not ids["parentSpanId"].strip("0"):
        del ids["parentSpanId"]
    span = {name: value for name, value in span.items() if name != "parentSpanId"}
    return {**span, **ids, "status": status}


def tidy(value: Any) -> Any:
    if isinstance(value, list):
        return [tidy(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "key" in value:  # an empty value is a value
        return {"key": value["key"], "value": tidy_value(value.get("value") or {})}
    named = {name: tidy(item) for name, item in value.items()}
    for pairs in ("attributes",):
        if pairs in named:
            named[pairs] = sorted(named[pairs], key=lambda pair: str(pair["key"]))
    return {name: item for name, item in named.items() if item not in NOTHING}


def tidy_value(value: dict[str, Any]) -> dict[str, Any]:
    for kind, content in value.items():
        if kind == "intValue":
            return {kind: str(content)}
        if kind == "doubleValue" and not isinstance(content, str):
            return {kind: float(content)}
        if kind == "arrayValue":
            return {kind: [tidy_value(item) for item in content.get("values", ())]}
        if kind == "kvlistValue":
            return {kind: [[pair["key"], tidy_value(pair.get("value") or {})] for pair in content.get("values", ())]}
        return {kind: content}
    return {}


def whole_files() -> list[str]:
    return ["fluent-bit.json", "old-scope.json", "six-kinds.json", "zero-parent.json"]


@pytest.mark.parametrize("name", whole_files())
def test_the_export_of_a_whole_file_is_the_file(name: str) -> None:
    form = json.loads((FILES / name).read_text())
    assert normal(exported(form)) == normal(form)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ints = st.integers(-(2**63), 2**63 - 1).map(str)
scalars = st.one_of(
    st.builds(lambda text: {"stringValue": text}, texts),
    st.builds(lambda number: {"intValue": number}, ints),
    st.builds(lambda truth: {"boolValue": truth}, st.booleans()),
    st.builds(lambda number: {"doubleValue": number}, st.floats(allow_nan=False, allow_infinity=False)),
    st.sampled_from([{"doubleValue": name} for name in ("NaN", "Infinity", "-Infinity")]),
    st.sampled_from([{"bytesValue": encoded} for encoded in ("", "AAEC", "YmI=")]),
    st.just({}),
)
keys = st.one_of(
    st.sampled_from(
        [
            *("bytesValue", "doubleValue", "kvlistValue", "process.pid", "service.instance.id"),
            *("otel.status_description", "http.status_code", "http.method", "http.request.method", "db.statement"),
        ]
    ),
    texts,
)


def pairs_of(values: Any, most: int = 4) -> Any:
    pairs = st.lists(st.tuples(keys, values), max_size=most, unique_by=lambda pair: pair[0])
    return pairs.map(lambda found: [{"key": key, "value": value} for key, value in found])


values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: {"arrayValue": {"values": items}}),
        pairs_of(inner, 3).map(lambda pairs: {"kvlistValue": {"values": pairs}}),
    ),
    max_leaves=5,
)
attributes = pairs_of(values)
counts = st.integers(0, 2**32 - 1)
links = st.fixed_dictionaries(
    {
        "traceId": st.sampled_from(["0" * 31 + "b", "f" * 32]),
        "spanId": st.just("0" * 15 + "9"),
        "traceState": texts,
        "attributes": attributes,
        "flags": counts,
        "droppedAttributesCount": counts,
    }
)
events = st.fixed_dictionaries(
    {
        "name": texts,
        "timeUnixNano": st.integers(0, 2**63 - 1).map(str),
        "attributes": attributes,
        "droppedAttributesCount": counts,
    }
)
spans = st.fixed_dictionaries(
    {
        "parentSpanId": st.sampled_from(["", "0" * 15 + "1", "0" * 15 + "2", "a" * 16]),
        "name": texts,
        "kind": st.integers(0, 5),
        "startTimeUnixNano": st.integers(1, 2**63 - 1).map(str),
        "endTimeUnixNano": st.integers(0, 2**63 - 1).map(str),
        "traceState": texts,
        "flags": counts,
        "attributes": attributes,
        "events": st.lists(events, max_size=2),
        "links": st.lists(links, max_size=2),
        "status": st.fixed_dictionaries({"code": st.integers(0, 2), "message": texts}),
        "droppedAttributesCount": counts,
        "droppedEventsCount": counts,
        "droppedLinksCount": counts,
    }
)
described = st.fixed_dictionaries({"attributes": attributes, "droppedAttributesCount": counts})
scopes = st.fixed_dictionaries(
    {"name": texts, "version": texts, "attributes": attributes, "droppedAttributesCount": counts}
)


@st.composite
def messages(draw: Any) -> Any:
    """A message with up to three resources, each with up to two scopes; span ids are distinct."""
    number = 0
    groups = []
    for _ in range(draw(st.integers(1, 3))):
        group = {"resource": draw(described), "schemaUrl": draw(texts), "scopeSpans": []}
        for _ in range(draw(st.integers(1, 2))):
            found = []
            for span in draw(st.lists(spans, max_size=2)):
                number += 1
                found.append({**span, "traceId": "0" * 31 + "1", "spanId": f"{number:016x}"})
            group["scopeSpans"].append({"scope": draw(scopes), "schemaUrl": draw(texts), "spans": found})
        groups.append(group)
    return {"resourceSpans": groups}


DESCRIBED_BY_A_MAP = [{"key": "otel.status_description", "value": {"kvlistValue": {"values": []}}}]


@pytest.mark.parametrize("message", ["", "{}", "broken"])
def test_an_attribute_that_is_named_like_the_status_s_text_stays_one(message: str) -> None:
    ids = {"traceId": "0" * 31 + "1", "spanId": "0" * 15 + "1"}
    times = {"startTimeUnixNano": "5", "endTimeUnixNano": "9"}
    span = {**ids, **times, "attributes": DESCRIBED_BY_A_MAP, "status": {"message": message}}
    form = {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": [span]}]}]}
    assert normal(exported(form)) == normal(form)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages())
def test_the_export_of_an_import_is_the_import(form: Any) -> None:
    if normal(form):
        assert normal(exported(form)) == normal(form)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages())
def test_both_encodings_hold_the_same(form: Any) -> None:
    spans = read_json(json.dumps(form).encode(), IngestLimits(), 1).spans
    read_again = read_protobuf(request_protobuf(spans), IngestLimits(), 1).spans
    assert normal(json.loads(request_json(read_again))) == normal(json.loads(request_json(spans)))


def test_ids_that_two_spans_share_leave_as_they_came() -> None:
    usual = {
        "traceId": "0" * 31 + "1",
        "startTimeUnixNano": "5",
        "endTimeUnixNano": "9",
        "parentSpanId": "0" * 15 + "1",
    }

    def group(service: str, *found: Any) -> Any:
        named = {"key": "service.name", "value": {"stringValue": service}}
        return {"resource": {"attributes": [named]}, "scopeSpans": [{"spans": [*found]}]}

    shared = {**usual, "spanId": "0" * 15 + "2"}
    below = {**usual, "spanId": "0" * 15 + "3", "parentSpanId": shared["spanId"], "kind": 1}
    form = {"resourceSpans": [group("page", {**shared, "kind": 3}), group("shop", {**shared, "kind": 2}, below)]}
    assert normal(exported(form)) == normal(form)
