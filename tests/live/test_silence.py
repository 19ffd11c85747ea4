"""A process elsewhere: while it sends heartbeats its spans are open; when it falls silent they have died."""

import asyncio
import time
from typing import Any

import httpx

from tests.ingest.requests import json_request, json_span
from tests.live.test_peers import Watching
from tests.support.bare_dashboard import Served
from tests.support.viewer import Model, until

INTERVAL_S = 1
DEAD_AFTER_S = 3 * INTERVAL_S


async def post(server: Served, *spans: dict[str, Any]) -> None:
    """What the probes of a container send: spans, or nothing but a heartbeat."""
    texts = {"service.name": "gunicorn", "service.instance.id": "container:abc:7", "host.name": "container"}
    numbers = {"process.pid": 7, "gatescope.sign_of_life_s": INTERVAL_S, "gatescope.dropped_spans": 0}
    attributes = [{"key": key, "value": {"stringValue": text}} for key, text in texts.items()]
    attributes += [{"key": key, "value": {"intValue": number}} for key, number in numbers.items()]
    body = json_request(*spans, resource={"attributes": attributes})
    async with httpx.AsyncClient() as client:
        assert (await client.post(f"{server.url}/v1/traces", json=body)).status_code == 200


def only(model: Model) -> dict[str, Any]:
    [span] = model.spans.values()
    return span


async def test_it_lives_while_it_is_heard_dies_when_it_is_silent_and_its_own_end_still_counts(server: Served) -> None:
    began_ns = time.time_ns()
    span = json_span(startTimeUnixNano=str(began_ns), endTimeUnixNano="0")
    async with Watching(server) as here:
        await post(server, span)
        await until(lambda: here.spans)
        for _ in range(DEAD_AFTER_S + 2):
            await asyncio.sleep(INTERVAL_S)
            await post(server)
        assert only(here)["end_ns"] is None

        await until(lambda: only(here)["end_ns"] is not None)
        lived_s = (only(here)["end_ns"] - began_ns) / 1e9
        assert lived_s >= DEAD_AFTER_S
        sentence = f"died with worker 7 after {lived_s:.1f} s"
        assert only(here)["attributes"]["otel.status_description"] == sentence

        await post(server, {**span, "endTimeUnixNano": str(began_ns + 20_000_000_000)})
        await until(lambda: "gatescope.died" not in only(here)["attributes"])
        assert only(here)["end_ns"] == began_ns + 20_000_000_000
