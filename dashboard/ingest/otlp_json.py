"""Reads an ExportTraceServiceRequest in OTLP's JSON encoding; what is in it is read by `json_span.py`."""

import json
from typing import NoReturn

from dashboard.ingest.json_span import read_resource, read_scope, read_span
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import RequestRefusedError, SpanRejectedError, malformed, too_large
from dashboard.ingest.sender import Sender
from dashboard.ingest.spans import SpanBatch
from dashboard.types import JsonObject, JsonValue

SCOPES_OF_GROUP = ("scopeSpans", "instrumentationLibrarySpans")
"""The scopes of a ResourceSpans message, as they are called and as they were before version 0.15 of the protocol."""
SCOPE = ("scope", "instrumentationLibrary")
"""What describes one of them, likewise."""


def read_json(body: bytes, limits: IngestLimits, received_ns: int) -> SpanBatch:
    """Return the spans of an ExportTraceServiceRequest. Raise RequestRefusedError if it is malformed or too large."""
    batch = SpanBatch()
    groups = _groups(_request(body, limits))
    scopes = [[scope for name in SCOPES_OF_GROUP for scope in _objects(group, name)] for group in groups]
    found = [[_items(scope, "spans") for scope in of_group] for of_group in scopes]
    if sum(len(items) for of_group in found for items in of_group) > limits.spans:
        raise too_large(f"more than {limits.spans} spans in one request")
    for group, of_group, items_of_group in zip(groups, scopes, found, strict=True):
        try:
            sender = read_resource(group.get("resource"), group.get("schemaUrl"), limits)
        except SpanRejectedError as why:
            if not (count := sum(map(len, items_of_group))):
                raise malformed(f"JSON: {why}") from why
            batch.reject(why, count)
            continue
        batch.add_sender(sender)
        for scope, items in zip(of_group, items_of_group, strict=True):
            _read_scope(scope, items, sender, limits, received_ns, batch)
    return batch


def _read_scope(  # noqa: PLR0917 - a scope, what is in it, and where it goes
    scope: JsonObject,
    items: list[JsonValue],
    sender: Sender,
    limits: IngestLimits,
    received_ns: int,
    batch: SpanBatch,
) -> None:
    described = next((scope[name] for name in SCOPE if name in scope), None)
    try:
        sender = sender.in_scope(read_scope(described, scope.get("schemaUrl"), limits))
    except SpanRejectedError as why:
        batch.reject(why, len(items))
        return
    for item in items:
        try:
            batch.spans.append(read_span(item, sender, limits, received_ns + len(batch.spans)))
        except SpanRejectedError as why:
            batch.reject(why)


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


def _groups(request: JsonObject) -> list[JsonObject]:
    """Return the ResourceSpans messages. A request may be one itself, as Java's logging exporter writes it."""
    if "resourceSpans" not in request and any(name in request for name in SCOPES_OF_GROUP):
        return [request]
    return _objects(request, "resourceSpans")


def _objects(holder: JsonObject, name: str) -> list[JsonObject]:
    items = _items(holder, name)
    if not all(isinstance(item, dict) for item in items):
        raise _expected("an array of objects", name)
    return items  # type: ignore[return-value]  # each of them was looked at


def _items(holder: JsonObject, name: str) -> list[JsonValue]:
    items = holder.get(name)
    if items is None:
        return []
    if not isinstance(items, list):
        raise _expected("an array", name)
    return items


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _expected(what: str, where: str) -> RequestRefusedError:
    return malformed(f"JSON: expected {what} as {where}")
