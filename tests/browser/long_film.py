"""Long films for the page: requests of many spans, told to a dashboard in OTLP/JSON as any program could."""

import json
import random
import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx

SERVERS = {"gunicorn-sync": "wsgi", "uvicorn": "asgi"}
INNER = ("handler", "middleware", "middleware", "view", "query", "template", "crossing", "query")
REQUESTS_A_MESSAGE = 10
MS = 1_000_000
FILM_MS = 4000
REQUEST_MS = 600


def tell(http: httpx.Client, *, requests: int, spans: int) -> None:
    """Post `requests` requests of `spans` spans each, half of them at each server, within a film of some seconds.

    Raises AssertionError when the dashboard does not take them.
    """
    chance = random.Random(1)
    begin_ns = time.time_ns() - (FILM_MS + REQUEST_MS) * MS
    for first in range(0, requests, REQUESTS_A_MESSAGE):
        for half, (name, interface) in enumerate(SERVERS.items()):
            mine = range(first, min(first + REQUESTS_A_MESSAGE, requests))[half::2]
            told = [span for _ in mine for span in _request(interface, spans, begin_ns, chance)]
            resource = {"attributes": [_attribute("service.name", name)]}
            body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": told}]}]}
            answer = http.post("/v1/traces", content=json.dumps(body), headers={"content-type": "application/json"})
            assert answer.status_code == 200, answer.text


def _request(interface: str, spans: int, begin_ns: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    trace, root = secrets.token_hex(16), secrets.token_hex(8)
    start = begin_ns + chance.randrange(FILM_MS) * MS
    thread = chance.randrange(8)
    about: dict[str, Any] = {"gatescope.interface": interface, "process.pid": 7, "thread.id": 1, "gatescope.loop": 1}
    if interface == "asgi":
        about["gatescope.slices"] = [offset * MS for turn in range(0, REQUEST_MS, 60) for offset in (turn, 2)]
    yield _span((trace, root, ""), "server", start, start + REQUEST_MS * MS, about)
    parent = root
    for number in range(spans - 1):
        stage = INNER[number % len(INNER)]
        span_id = secrets.token_hex(8)
        from_ns = start + (1 + number * (REQUEST_MS - 10) // spans) * MS
        to_ns = from_ns + chance.randrange(1, 60) * MS
        inner: dict[str, Any] = {"process.pid": 7, "thread.id": 1}
        if stage == "crossing":
            inner |= {
                "gatescope.crossing.direction": "to_thread",
                "gatescope.crossing.reason": "sync view",
                "gatescope.crossing.started_ns": from_ns + MS // 5,
                "gatescope.crossing.returned_ns": to_ns - MS // 5,
                "gatescope.crossing.thread.id": thread,
                "gatescope.crossing.thread.name": f"asgiref_{thread}",
            }
        yield _span((trace, span_id, parent), stage, from_ns, to_ns, inner)
        parent = span_id if stage in {"handler", "middleware", "view"} else parent


def _span(ids: tuple[str, str, str], stage: str, from_ns: int, to_ns: int, about: dict[str, Any]) -> dict[str, Any]:
    trace, span_id, parent = ids
    attributes = [_attribute(key, value) for key, value in {"gatescope.stage": stage, **about}.items()]
    times = {"startTimeUnixNano": str(from_ns), "endTimeUnixNano": str(to_ns)}
    named = {"traceId": trace, "spanId": span_id, "parentSpanId": parent, "name": stage}
    return {**named, **times, "attributes": attributes}


def _attribute(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"key": key, "value": {"arrayValue": {"values": [{"intValue": str(one)} for one in value]}}}
    return {"key": key, "value": {"stringValue": value} if isinstance(value, str) else {"intValue": str(value)}}
