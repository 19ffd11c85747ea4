"""Reads OTLP's JSON encoding. It is not quite protobuf's (ids are hexadecimal, not base64), so no library reads it.

Names are camelCase, enumerations are integers or names, 64-bit integers strings or numbers, null means absent, and
unknown fields are ignored (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn, cast

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import RequestRefusedError, SpanRejectedError, malformed, too_large
from dashboard.ingest.spans import Resource, SpanBatch, SpanFields, build_span, read_sender
from dashboard.ingest.values import SpanBudget, Value, ValueBudget
from dashboard.traces.span import Span, SpanEvent
from dashboard.types import JsonObject

HEX = re.compile(r"[0-9a-f]*\Z")
KIND_NAMES = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
KINDS = {f"SPAN_KIND_{name}": number for number, name in enumerate(KIND_NAMES)}
STATUS_CODES = {"STATUS_CODE_UNSET": 0, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2}
UINT64 = range(2**64)
INT64 = range(-(2**63), 2**63)


def read_json(body: bytes, limits: IngestLimits, received_ns: int) -> SpanBatch:
    """Return the spans of an ExportTraceServiceRequest. Raise RequestRefusedError if it is malformed or too large."""
    batch = SpanBatch()
    groups = list(_objects(_request(body, limits), "resourceSpans"))
    scopes = [list(_objects(group, "scopeSpans")) for group in groups]
    found = [[item for scope in group for item in _objects(scope, "spans")] for group in scopes]
    if sum(map(len, found)) > limits.spans:
        raise too_large(f"more than {limits.spans} spans in one request")
    for group, items in zip(groups, found, strict=True):
        sender = read_resource(_object(group, "resource"), limits)
        batch.add_sender(sender)
        for item in items:
            try:
                batch.spans.append(read_span(item, sender, limits, received_ns + len(batch.spans)))
            except SpanRejectedError as why:
                batch.reject(why)
    return batch


def _request(body: bytes, limits: IngestLimits) -> JsonObject:
    # Sixteen megabytes of "{}," would become five million dictionaries; commas bound everything that is not nested.
    if sum(map(body.count, (b"{", b"[", b","))) > limits.json_parts:
        raise too_large(f"more than {limits.json_parts} JSON values in one request")
    try:
        request = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise malformed(f"JSON: {error}") from error
    if not isinstance(request, dict):
        raise _expected("an object", "the request")
    return request


def read_resource(item: JsonObject, limits: IngestLimits) -> Resource:
    """Return the sender. Raise RequestRefusedError if `item` is not a Resource message."""
    return read_sender(SpanBudget(limits).attributes(_objects(item, "attributes"), _pair))


def read_span(item: JsonObject, sender: Resource, limits: IngestLimits, received_ns: int) -> Span:
    """Return the span. Raise SpanRejectedError for invalid ids, RequestRefusedError if it is not a Span message."""
    budget = SpanBudget(limits)
    status = _object(item, "status")
    fields = SpanFields(
        trace_id=_hex(item, "traceId"),
        span_id=_hex(item, "spanId"),
        parent_id=_hex(item, "parentSpanId"),
        name=budget.name(_string(item, "name")),
        kind=_enumerated(item.get("kind"), KINDS, "kind"),
        start_ns=_integer(item.get("startTimeUnixNano"), UINT64, "startTimeUnixNano"),
        end_ns=_integer(item.get("endTimeUnixNano"), UINT64, "endTimeUnixNano"),
        status_code=_enumerated(status.get("code"), STATUS_CODES, "status.code"),
        status_message=budget.name(_string(status, "message")),
        attributes=budget.attributes(_objects(item, "attributes"), _pair),
        events=tuple(_event(event, budget) for event in budget.first_events(_objects(item, "events"))),
    )
    return build_span(fields, sender, budget, received_ns)


def _event(event: JsonObject, budget: SpanBudget) -> SpanEvent:
    time_ns = _integer(event.get("timeUnixNano"), UINT64, "timeUnixNano")
    return SpanEvent(
        budget.name(_string(event, "name")), time_ns, budget.attributes(_objects(event, "attributes"), _pair)
    )


def _pair(pair: JsonObject, budget: ValueBudget) -> tuple[str, Value]:
    return _string(pair, "key"), _value(_object(pair, "value"), budget)


def _value(value: JsonObject, budget: ValueBudget) -> Value:  # noqa: PLR0911 - one line a kind
    """Return a value that JSON can carry: bytes stay base64, an empty AnyValue becomes ""."""
    match next(((kind, content) for kind, content in value.items() if content is not None), None):
        case ("stringValue" | "bytesValue", str() as text):
            return budget.text(text)
        case ("boolValue", bool() as truth):
            return truth
        case ("intValue", content):
            return budget.integer(_integer(content, INT64, "intValue"))
        case ("doubleValue", content):
            return budget.double(_double(content))
        case ("arrayValue", dict() as array):
            return budget.each(_objects(array, "values"), _value)
        case ("kvlistValue", dict() as pairs):
            return _map(_objects(pairs, "values"), budget)
        case ("stringValue" | "bytesValue" | "boolValue" | "arrayValue" | "kvlistValue" as kind, _):
            raise _expected("a value of its kind", kind)
    return ""


def _map(pairs: Sequence[JsonObject], budget: ValueBudget) -> dict[str, Value]:
    def read(pair: JsonObject, inner: ValueBudget) -> tuple[str, Value]:
        return inner.text(_string(pair, "key")), _value(_object(pair, "value"), inner)

    return dict(budget.each(pairs, read))


def _objects(holder: JsonObject, name: str) -> list[JsonObject]:
    items = holder.get(name)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _expected("an array of objects", name)
    return items


def _object(holder: JsonObject, name: str) -> JsonObject:
    item = holder.get(name)
    if item is None:
        return {}
    if not isinstance(item, dict):
        raise _expected("an object", name)
    return item


def _string(holder: JsonObject, name: str) -> str:
    text = holder.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _expected("a string", name)
    return text


def _hex(holder: JsonObject, name: str) -> str:
    """Return an id in lower case, whatever its length. Raise SpanRejectedError if it is not hexadecimal."""
    digits = _string(holder, name).lower()
    if not HEX.match(digits):
        raise SpanRejectedError(f"{name} must be hexadecimal")
    return digits


def _integer(value: object, allowed: range, name: str) -> int:
    """Return an integer from a number or a decimal string; 0 when absent."""
    if value is None:
        return 0
    try:
        if isinstance(value, str) or (
            isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
        ):
            number = int(value)
        else:
            raise _expected("an integer", name)
    except (ValueError, OverflowError) as error:
        raise _expected("an integer", name) from error
    if number not in allowed:
        raise _expected("an integer of 64 bits", name)
    return number


def _double(value: object) -> float:
    """Return a double from a number or a string; protobuf's JSON writes "NaN", "Infinity" and "-Infinity"."""
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.inf if cast("int", value) > 0 else -math.inf
        except ValueError as error:
            raise _expected("a number", "doubleValue") from error
    raise _expected("a number", "doubleValue")


def _enumerated(value: object, numbers: Mapping[str, int], name: str) -> int:
    """Return the number of an enumeration's value, which may be written as a name; 0 when absent."""
    if isinstance(value, str) and value in numbers:
        return numbers[value]
    return _integer(value, INT64, name)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _expected(what: str, where: str) -> RequestRefusedError:
    return malformed(f"JSON: expected {what} as {where}")
