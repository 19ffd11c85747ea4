"""Reads OTLP's JSON encoding, which is not quite protobuf's: ids are hexadecimal, not base64, so no library reads it.

Names are camelCase, enumerations integers or names, 64-bit integers strings or numbers, null is absent, and what is
unknown is ignored (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeAlias, cast

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import RefusedError, RejectedError, malformed, too_large
from dashboard.ingest.spans import Batch, Resource, SpanFields, resource, span
from dashboard.ingest.values import Room, SpanRoom, Value
from dashboard.traces.span import Event, Span

Object: TypeAlias = Mapping[str, Any]

HEX = re.compile(r"[0-9a-f]*\Z")
KIND_NAMES = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
KINDS = {f"SPAN_KIND_{name}": number for number, name in enumerate(KIND_NAMES)}
STATUS_CODES = {"STATUS_CODE_UNSET": 0, "STATUS_CODE_OK": 1, "STATUS_CODE_ERROR": 2}
UINT64 = range(2**64)
INT64 = range(-(2**63), 2**63)


def read_json(body: bytes, limits: IngestLimits, received_ns: int) -> Batch:
    """The batch in an ExportTraceServiceRequest. Raises RefusedError when it is none or too large."""
    batch = Batch()
    groups = list(_objects(_request(body, limits), "resourceSpans"))
    scopes = [list(_objects(group, "scopeSpans")) for group in groups]
    found = [[item for scope in group for item in _objects(scope, "spans")] for group in scopes]
    if sum(map(len, found)) > limits.spans:
        raise too_large(f"more than {limits.spans} spans in one request")
    for group, items in zip(groups, found, strict=True):
        sender = read_resource(_object(group, "resource"), limits)
        batch.heard(sender)
        for item in items:
            try:
                batch.spans.append(read_span(item, sender, limits, received_ns + len(batch.spans)))
            except RejectedError as why:
                batch.reject(why)
    return batch


def _request(body: bytes, limits: IngestLimits) -> Object:
    # Sixteen megabytes of "{}," would become five million dictionaries; commas bound all that is not nested.
    if sum(map(body.count, (b"{", b"[", b","))) > limits.json_parts:
        raise too_large(f"more than {limits.json_parts} JSON values in one request")
    try:
        request = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise malformed(f"JSON: {error}") from error
    if not isinstance(request, dict):
        raise _expected("an object", "the request")
    return request


def read_resource(item: Object, limits: IngestLimits) -> Resource:
    """The sender in a Resource message. Raises RefusedError when it is none."""
    return resource(SpanRoom(limits).attributes(_objects(item, "attributes"), _pair))


def read_span(item: Object, sender: Resource, limits: IngestLimits, received_ns: int) -> Span:
    """The span in a Span message. Raises RejectedError for ids that are none, RefusedError for anything else."""
    room = SpanRoom(limits)
    status = _object(item, "status")
    fields = SpanFields(
        trace_id=_hex(item, "traceId"),
        span_id=_hex(item, "spanId"),
        parent_id=_hex(item, "parentSpanId"),
        name=room.name(_string(item, "name")),
        kind=_enumerated(item.get("kind"), KINDS, "kind"),
        start_ns=_integer(item.get("startTimeUnixNano"), UINT64, "startTimeUnixNano"),
        end_ns=_integer(item.get("endTimeUnixNano"), UINT64, "endTimeUnixNano"),
        status_code=_enumerated(status.get("code"), STATUS_CODES, "status.code"),
        status_message=room.name(_string(status, "message")),
        attributes=room.attributes(_objects(item, "attributes"), _pair),
        events=tuple(_event(event, room) for event in room.first_events(_objects(item, "events"))),
    )
    return span(fields, sender, room, received_ns)


def _event(event: Object, room: SpanRoom) -> Event:
    time_ns = _integer(event.get("timeUnixNano"), UINT64, "timeUnixNano")
    return Event(room.name(_string(event, "name")), time_ns, room.attributes(_objects(event, "attributes"), _pair))


def _pair(pair: Object, room: Room) -> tuple[str, Value]:
    return _string(pair, "key"), _value(_object(pair, "value"), room)


def _value(value: Object, room: Room) -> Value:  # noqa: PLR0911 - one line a kind
    """A value that JSON can carry: bytes stay base64, nothing becomes ""."""
    match next(((kind, held) for kind, held in value.items() if held is not None), None):
        case ("stringValue" | "bytesValue", str() as text):
            return room.text(text)
        case ("boolValue", bool() as truth):
            return truth
        case ("intValue", held):
            return room.integer(_integer(held, INT64, "intValue"))
        case ("doubleValue", held):
            return room.double(_double(held))
        case ("arrayValue", dict() as array):
            return room.each(_objects(array, "values"), _value)
        case ("kvlistValue", dict() as pairs):
            return _map(_objects(pairs, "values"), room)
        case ("stringValue" | "bytesValue" | "boolValue" | "arrayValue" | "kvlistValue" as kind, _):
            raise _expected("a value of its kind", kind)
    return ""


def _map(pairs: Sequence[Object], room: Room) -> dict[str, Value]:
    def read(pair: Object, inner: Room) -> tuple[str, Value]:
        return inner.text(_string(pair, "key")), _value(_object(pair, "value"), inner)

    return dict(room.each(pairs, read))


def _objects(holder: Object, name: str) -> list[Object]:
    items = holder.get(name)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _expected("an array of objects", name)
    return items


def _object(holder: Object, name: str) -> Object:
    item = holder.get(name)
    if item is None:
        return {}
    if not isinstance(item, dict):
        raise _expected("an object", name)
    return item


def _string(holder: Object, name: str) -> str:
    text = holder.get(name)
    if text is None:
        return ""
    if not isinstance(text, str):
        raise _expected("a string", name)
    return text


def _hex(holder: Object, name: str) -> str:
    """An id in lower case, whatever its length; one that is not hexadecimal rejects its span alone."""
    digits = _string(holder, name).lower()
    if not HEX.match(digits):
        raise RejectedError(f"{name} must be hexadecimal")
    return digits


def _integer(held: object, allowed: range, name: str) -> int:
    """An integer as number or decimal string; 0 when absent."""
    if held is None:
        return 0
    try:
        if isinstance(held, str) or (
            isinstance(held, int | float) and not isinstance(held, bool) and held == int(held)
        ):
            number = int(held)
        else:
            raise _expected("an integer", name)
    except (ValueError, OverflowError) as error:
        raise _expected("an integer", name) from error
    if number not in allowed:
        raise _expected("an integer of 64 bits", name)
    return number


def _double(held: object) -> float:
    """A double as number or string; protobuf's JSON writes "NaN", "Infinity" and "-Infinity"."""
    if isinstance(held, int | float | str) and not isinstance(held, bool):
        try:
            return float(held)
        except OverflowError:
            return math.inf if cast("int", held) > 0 else -math.inf
        except ValueError as error:
            raise _expected("a number", "doubleValue") from error
    raise _expected("a number", "doubleValue")


def _enumerated(held: object, numbers: Mapping[str, int], name: str) -> int:
    """The number of an enumeration's value, which may be written as a name; 0 when absent."""
    if isinstance(held, str) and held in numbers:
        return numbers[held]
    return _integer(held, INT64, name)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _expected(what: str, where: str) -> RefusedError:
    return malformed(f"JSON: expected {what} as {where}")
