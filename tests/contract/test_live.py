"""The WebSocket half of the contract, with real viewers: in flight, complete, and only for our own page."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from dashboard.traces.internal import is_internal
from tests.support.demo import Gatescope

COMPLETE_WITHIN_S = 45


@dataclass
class Viewer:
    """What one page holds: the newest version of each span, by the rules of the contract."""

    spans: dict[str, dict[str, Any]] = field(default_factory=dict)
    first_seen_ns: dict[str, int] = field(default_factory=dict)
    sequence: list[int] = field(default_factory=list)
    missed: int = 0

    async def follow(self, socket: ClientConnection) -> None:
        """Take in frames and acknowledge them until cancelled."""
        async for text in socket:
            if str(text).startswith("<"):
                continue
            frame = json.loads(text)
            if frame.get("snapshot") and frame["part"] == 1:
                self.spans.clear()
                self.missed += frame["missed"]
            for span in frame["spans"]:
                self.first_seen_ns.setdefault(span["span_id"], time.time_ns())
                self.spans[span["span_id"]] = span
            self.sequence.append(frame["seq"])
            await socket.send(json.dumps({"ack": frame["seq"]}))

    async def holds(self, spans: dict[str, dict[str, Any]]) -> None:
        """Wait until this viewer has exactly these versions of these spans. Raises TimeoutError when it never has."""
        async with asyncio.timeout(COMPLETE_WITHIN_S):
            while any(self.spans.get(span_id) != span for span_id, span in spans.items()):
                await asyncio.sleep(0.2)


def socket_of(demo: Gatescope, origin: str | None = None) -> connect:
    return connect(demo.url.replace("http", "ws") + "/live", origin=Origin(origin or demo.url), max_size=None)


@pytest.mark.alone
async def test_an_open_view_is_in_a_viewer_s_hands_long_before_it_ends(demo: Gatescope) -> None:
    viewer = Viewer()
    async with socket_of(demo) as socket:
        following = asyncio.create_task(viewer.follow(socket))
        run = await asyncio.to_thread(demo.run, ["gunicorn-sync", "uvicorn"], "wait")
        await asyncio.sleep(0.5)
        following.cancel()
    traces = {request["trace_id"] for result in run["servers"].values() for request in result["requests"]}
    views = [span for span in viewer.spans.values() if span["stage"] == "view" and span["trace_id"] in traces]
    assert len(views) == 2
    for view in views:
        assert view["end_ns"] - viewer.first_seen_ns[view["span_id"]] >= 0.5e9


@pytest.mark.alone
@pytest.mark.timeout(120)
async def test_forty_viewers_all_end_with_the_picture_that_the_server_has(demo: Gatescope) -> None:
    viewers = [Viewer() for _ in range(40)]
    sockets = [await socket_of(demo) for _ in viewers]
    following = [asyncio.create_task(viewer.follow(socket)) for viewer, socket in zip(viewers, sockets, strict=True)]
    run = await asyncio.to_thread(demo.run, ["uvicorn"], "hello", count=200, concurrency=20)
    traces = [request["trace_id"] for request in run["servers"]["uvicorn"]["requests"]]
    answers = [await asyncio.to_thread(demo.http.get, f"/traces/{trace_id}") for trace_id in traces]
    kept = {span["span_id"]: span for answer in answers for span in answer.json()["spans"]}
    assert len(traces) == 200
    # Forty viewers read a million lines of JSON on one core here; what counts is where they arrive.
    await asyncio.gather(*(viewer.holds(kept) for viewer in viewers))
    for task in following:
        task.cancel()
    for socket in sockets:
        await socket.close()
    for viewer in viewers:
        assert viewer.sequence == list(range(len(viewer.sequence)))


async def test_requests_of_the_dashboard_itself_are_not_shown(demo: Gatescope) -> None:
    """The fleet asks each server whether it is ready, and the probes see that like any other request."""
    viewer = Viewer()
    async with socket_of(demo) as socket:
        following = asyncio.create_task(viewer.follow(socket))
        restarted = await asyncio.to_thread(demo.post, "/fleet/daphne/restart")
        run = await asyncio.to_thread(demo.run, ["daphne"], "hello")
        await asyncio.sleep(0.5)
        following.cancel()
    assert restarted.status_code == 200
    assert run["servers"]["daphne"]["requests"][0]["trace_id"] in {span["trace_id"] for span in viewer.spans.values()}
    assert not [span for span in viewer.spans.values() if is_internal(span["trace_id"])]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "garbage"])
async def test_a_socket_from_another_origin_is_refused(demo: Gatescope, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await socket_of(demo, origin)
    assert refused.value.response.status_code == 403


async def test_there_is_no_other_socket(demo: Gatescope) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(demo.url.replace("http", "ws") + "/elsewhere", origin=Origin(demo.url))
    assert refused.value.response.status_code == 403
