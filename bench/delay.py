"""How long after its start a stage is in a viewer's hands: real requests, a real socket, one machine's clock."""

import asyncio
import json
import time
from collections.abc import Iterator
from statistics import median, quantiles

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

SERVER = "uvicorn"
RUNS = 5
REQUESTS = 10
SETTLE_S = 0.5


def report(port: int) -> Iterator[str]:
    """One line: median and 95th percentile over every stage of every request."""
    delays = asyncio.run(_watch(port))
    p95 = quantiles(delays, n=20)[-1]
    yield (
        f"From a stage's start to the viewer's socket: median {median(delays) * 1000:.0f} ms, "
        f"95th percentile {p95 * 1000:.0f} ms ({len(delays)} stages of wait-async on {SERVER})"
    )


async def _watch(port: int) -> list[float]:
    origin = f"http://127.0.0.1:{port}"
    seen: dict[str, float] = {}
    async with connect(f"ws://127.0.0.1:{port}/live", origin=Origin(origin), max_size=None) as socket:
        viewer = asyncio.create_task(_look(socket, seen))
        for _ in range(RUNS):
            await asyncio.to_thread(_fire, origin)
        await asyncio.sleep(SETTLE_S)
        viewer.cancel()
    return list(seen.values())


async def _look(socket: ClientConnection, seen: dict[str, float]) -> None:
    """Note, for each stage of the server's process, when it was seen first."""
    async for text in socket:
        now_ns = time.time_ns()
        if not str(text).startswith("{"):
            continue
        frame = json.loads(text)
        for span in frame["spans"]:
            # The client's span does not travel, and `queue` only starts to exist when it is over.
            if span["stage"] not in {"client", "queue"} and not frame.get("snapshot"):
                seen.setdefault(span["span_id"], (now_ns - span["start_ns"]) / 1e9)
        await socket.send(json.dumps({"ack": frame["seq"]}))


def _fire(origin: str) -> None:
    with httpx.Client(base_url=origin, trust_env=False, headers={"accept": "application/json"}) as http:
        http.get("/", headers={"accept": "text/html"})
        order = {"server": SERVER, "scenario": "wait-async", "seconds": "0.3", "count": str(REQUESTS)}
        token = http.cookies.get("csrftoken") or ""
        run = http.post("/runs", data=order, headers={"x-csrftoken": token}).raise_for_status().json()
        while run["state"] != "done":
            time.sleep(0.1)
            run = http.get(f"/runs/{run['id']}").json()
