"""Reads one resource, one scope and one span of OTLP's JSON encoding, for the receiver and for imported files alike.

It is not quite protobuf's JSON (ids are hexadecimal, not base64), so no library reads it. Names are camelCase,
enumerations are integers or names, 64-bit integers strings or numbers, null means absent, and unknown fields are
ignored (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). Beyond that, what senders are known to
write is understood where it can mean but one thing: ids in base64 (Tempo, protobuf's own writers), short names of
enumerations (Fluent Bit), numbers where text is expected (Perl) and the other way round.
"""

import base64
import binascii
import math
import re
from collections.abc import Mapping, Sequence
from typing import cast

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import SpanRejectedError
from dashboard.ingest.sender import Sender, read_sender
from dashboard.ingest.spans import SpanFields, build_span, describe
from dashboard.ingest.values import SpanBudget, ValueBudget
from dashboard.traces.details import SpanLink
from dashboard.traces.source import ScopeDescription
from dashboard.traces.span import Span, SpanEvent
from dashboard.traces.stages import KINDS
from dashboard.traces.values import Value
from dashboard.types import JsonObject, JsonValue

HEX = re.compile(r"[0-9a-f]*\Z")
BASE64_DIGITS = {12, 24}
"""The lengths of ids of 8 and 16 bytes in base64; in hexadecimal they are 16 and 32."""


def _names(prefix: str, names: Sequence[str]) -> dict[str, int]:
    """Return the number of each name of an enumeration, with the prefix of the protocol and without."""
    return {long + name.upper(): number for number, name in enumerate(names) for long in (prefix, "")}


SPAN_KINDS = _names("SPAN_KIND_", KINDS)
STATUS_CODES = _names("STATUS_CODE_", ("unset", "ok", "error"))
UINT32 = range(2**32)
UINT64 = range(2**64)
INT64 = range(-(2**63), 2**63)


def read_resource(item: JsonValue, schema_url: JsonValue, limits: IngestLimits) -> Sender:
    """Return the sender. Raise SpanRejectedError, which holds for all its spans, if it cannot be read."""
    resource = _checked(item, "resource")
    budget = SpanBudget(limits)
    attributes = budget.attributes(_objects(resource, "attributes"), _pair)
    return read_sender(attributes, _count(resource, "droppedAttributesCount"), budget.name(_text(schema_url)))


def read_scope(item: JsonValue, schema_url: JsonValue, limits: IngestLimits) -> ScopeDescription:
    """Return the scope. Raise SpanRejectedError, which holds for all its spans, if it cannot be read."""
    scope = _checked(item, "scope")
    budget = SpanBudget(limits)
    return ScopeDescription(
        name=budget.name(_string(scope, "name")),
        version=budget.name(_string(scope, "version")),
        attributes=budget.attributes(_objects(scope, "attributes"), _pair),
        dropped_attributes=_count(scope, "droppedAttributesCount"),
        schema_url=budget.name(_text(schema_url)),
    )


def read_span(item: JsonValue, sender: Sender, limits: IngestLimits, received_ns: int) -> Span:
    """Return the span. Raise SpanRejectedError if it cannot be read."""
    span = _checked(item, "a span")
    budget = SpanBudget(limits)
    status = _object(span, "status")
    attributes, exact = budget.split_attributes(_objects(span, "attributes"), _pair)
    fields = SpanFields(
        trace_id=_id(span, "traceId"),
        span_id=_id(span, "spanId"),
        parent_id=_id(span, "parentSpanId"),
        name=budget.name(_string(span, "name")),
        kind=_enumerated(span.get("kind"), SPAN_KINDS, "kind"),
        start_ns=_integer(span.get("startTimeUnixNano"), UINT64, "startTimeUnixNano"),
        end_ns=_integer(span.get("endTimeUnixNano"), UINT64, "endTimeUnixNano"),
        status_code=_enumerated(status.get("code"), STATUS_CODES, "status.code"),
        status_message=budget.name(_string(status, "message")),
        attributes=attributes,
        exact=exact,
        events=tuple(_event(event, budget) for event in budget.first_events(_objects(span, "events"))),
        flags=_count(span, "flags"),
        details=describe(
            tuple(_link(link, budget) for link in budget.first_links(_objects(span, "links"))),
            budget.name(_string(span, "traceState")),
            _count(span, "droppedAttributesCount"),
            _count(span, "droppedEventsCount"),
            _count(span, "droppedLinksCount"),
        ),
    )
    return build_span(fields, sender, budget, received_ns)


def _event(event: JsonObject, budget: SpanBudget) -> SpanEvent:
    time_ns = _integer(event.get("timeUnixNano"), UINT64, "timeUnixNano")
    name = budget.name(_string(event, "name"))
    attributes, exact = budget.split_attributes(_objects(event, "attributes"), _pair)
    return SpanEvent(name, time_ns, attributes, _count(event, "droppedAttributesCount"), exact)


def _link(link: JsonObject, budget: SpanBudget) -> SpanLink:
    return SpanLink(
        trace_id=_id(link, "traceId")[:32],
        span_id=_id(link, "spanId")[:16],
        trace_state=budget.name(_string(link, "traceState")),
        attributes=budget.attributes(_objects(link, "attributes"), _pair),
        dropped_attributes=_count(link, "droppedAttributesCount"),
        flags=_count(link, "flags"),
    )


def _pair(pair: JsonObject, budget: ValueBudget) -> tuple[str, Value]:
    return _string(pair, "key"), _value(_object(pair, "value"), budget)


def _value(value: JsonObject, budget: ValueBudget) -> Value:  # noqa: PLR0911 - one line a kind
    """Return the value of an AnyValue; that of an empty one, or of a kind to come, is None."""
    match next(((kind, content) for kind, content in value.items() if content is not None), None):
        case ("stringValue", str() as text):
            return budget.text(text)
        case ("stringValue", content):
            return budget.text(_text(content))
        case ("boolValue", bool() | "true" | "false" as truth):
            return truth in {True, "true"}
        case ("intValue", content):
            return budget.integer(_integer(content, INT64, "intValue"))
        case ("doubleValue", content):
            return budget.double(_double(content))
        case ("bytesValue", str() as encoded):
            return budget.base64(encoded)
        case ("arrayValue", dict() as array):
            return budget.each(_objects(array, "values"), _value)
        case ("kvlistValue", dict() as pairs):
            return _map(_objects(pairs, "values"), budget)
        case ("boolValue" | "bytesValue" | "arrayValue" | "kvlistValue" as kind, _):
            raise _expected("a value of its kind", kind)
    budget.plain = False
    return None


def _map(pairs: Sequence[JsonObject], budget: ValueBudget) -> Value:
    def read(pair: JsonObject, inner: ValueBudget) -> tuple[str, Value]:
        return inner.text(_string(pair, "key")), _value(_object(pair, "value"), inner)

    return budget.map(dict(budget.each(pairs, read)))


def _checked(item: JsonValue, what: str) -> JsonObject:
    """Return the object that this is, or an empty one for null."""
    if item is None:
        return {}
    if not isinstance(item, dict):
        raise _expected("an object", what)
    return item


def _objects(holder: JsonObject, name: str) -> list[JsonObject]:
    items = holder.get(name)
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _expected("an array of objects", name)
    return items


def _object(holder: JsonObject, name: str) -> JsonObject:
    return _checked(holder.get(name), name)


def _string(holder: JsonObject, name: str) -> str:
    text = holder.get(name)
    return text if isinstance(text, str) else _text(text, name)


def _text(value: JsonValue, name: str = "stringValue") -> str:
    """Return text; that of a number is how JSON writes it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _digits(value)
    raise _expected("a string", name)


def _digits(number: float) -> str:
    try:
        return str(number)
    except ValueError as error:  # Python refuses to write integers of more than 4,300 digits
        raise _expected("a number of fewer digits", "a text") from error


def _id(holder: JsonObject, name: str) -> str:
    """Return an id in lower case, whatever its length. Raise SpanRejectedError if it is not hexadecimal."""
    written = holder.get(name)
    if written is None:
        return ""
    if not isinstance(written, str):
        raise _expected("a string", name)
    digits = written.lower()
    if len(written) in BASE64_DIGITS:
        digits = _from_base64(written) or digits
    if not HEX.match(digits):
        raise SpanRejectedError(f"{name} must be hexadecimal")
    return digits


def _from_base64(written: str) -> str:
    try:
        return base64.b64decode(written, validate=True).hex()
    except (binascii.Error, ValueError):
        return ""


def _count(holder: JsonObject, name: str) -> int:
    return _integer(holder.get(name), UINT32, name)


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
        raise _expected(f"an integer from {allowed.start} to {allowed.stop - 1}", name)
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
    if isinstance(value, str) and value.upper() in numbers:
        return numbers[value.upper()]
    return _integer(value, INT64, name)


def _expected(what: str, where: str) -> SpanRejectedError:
    return SpanRejectedError(f"expected {what} as {where}")
