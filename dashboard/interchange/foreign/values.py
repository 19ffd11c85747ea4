"""What the forms of other tools have in common: their values, moments and groups as OTLP/JSON has them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone

from dashboard.traces.attributes import SERVICE_NAME
from dashboard.types import JsonObject, JsonValue

NS_PER_US = 1_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - as datetime.fromisoformat returns it
TRACE_ID_DIGITS, SPAN_ID_DIGITS = 32, 16
INT64 = range(-(2**63), 2**63)


def any_value(value: JsonValue) -> JsonObject:  # noqa: PLR0911 - one line a kind
    """Return a value of JSON as an AnyValue."""
    match value:
        case bool():
            return {"boolValue": value}
        case int() if value in INT64:
            return {"intValue": str(value)}
        case int() | float():
            return {"doubleValue": value}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [any_value(item) for item in value]}}
        case dict():
            return {"kvlistValue": {"values": key_values(value)}}
    return {}


def key_values(values: JsonValue) -> list[JsonObject]:
    """Return an object as a list of KeyValue; of anything else an empty one."""
    found = values if isinstance(values, dict) else {}
    return [{"key": key, "value": any_value(value)} for key, value in found.items()]


def objects(value: JsonValue) -> list[JsonObject]:
    """Return the objects of an array; of anything else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def member(holder: JsonValue, name: str) -> JsonValue:
    """Return a member of an object; None of anything else."""
    return holder.get(name) if isinstance(holder, dict) else None


def text(value: JsonValue) -> str:
    """Return text, "" for anything else."""
    return value if isinstance(value, str) else ""


def padded(trace_id: JsonValue) -> JsonValue:
    """Return a trace id with as many digits as OTLP's have: one of 64 bits has 16, or fewer without its zeros."""
    is_short = isinstance(trace_id, str) and 0 < len(trace_id) < TRACE_ID_DIGITS
    return trace_id.rjust(TRACE_ID_DIGITS, "0") if is_short and isinstance(trace_id, str) else trace_id


def padded_span(span_id: JsonValue) -> JsonValue:
    """Return a span id with all its digits."""
    is_short = isinstance(span_id, str) and 0 < len(span_id) < SPAN_ID_DIGITS
    return span_id.rjust(SPAN_ID_DIGITS, "0") if is_short and isinstance(span_id, str) else span_id


def from_us(*parts: JsonValue) -> JsonValue:
    """Return the sum of moments and lengths in microseconds as nanoseconds; None if one of them is no number."""
    numbers = [part for part in parts if isinstance(part, int | float) and not isinstance(part, bool)]
    try:
        return str(int(sum(numbers) * NS_PER_US)) if len(numbers) == len(parts) else None
    except (ValueError, OverflowError):
        return None


def from_iso(moment: JsonValue) -> JsonValue:
    """Return a moment in ISO 8601 as nanoseconds; None for anything else."""
    try:
        since = datetime.fromisoformat(text(moment)) - EPOCH
    except (ValueError, TypeError, OverflowError):
        return None
    return str((since // timedelta(microseconds=1)) * NS_PER_US)


def group(
    service: str, attributes: Iterable[JsonObject], scope: Mapping[str, JsonValue], span: JsonObject
) -> JsonObject:
    """Return a ResourceSpans message with one span."""
    named: JsonObject = {"key": SERVICE_NAME, "value": {"stringValue": service}}
    pairs = [*attributes]
    if service:
        pairs = [named, *(pair for pair in pairs if pair.get("key") != SERVICE_NAME)]
    return {"resource": {"attributes": pairs}, "scopeSpans": [{"scope": dict(scope), "spans": [span]}]}
