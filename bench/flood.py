"""How soon frames reach a viewer while ten senders do all they can, over OTLP/HTTP and OTLP/gRPC at once."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles

from websockets.asyncio.client import connect
from websockets.typing import Origin

from dashboard.lib.installation import ROOT
from tests.support.flood import SPANS

SENDERS = 10
FLOOD_S = 20.0
LOOK_AFTER_S = 5.0
"""A process with ten senders takes some seconds to begin."""


@dataclass(slots=True)
class Look:
    """What a viewer saw: how long it waited for each frame, and how many spans it has missed."""

    waits_s: list[float] = field(default_factory=list)
    spans: int = 0
    missed: int = 0


def report(port: int, http_url: str, grpc_address: str) -> Iterator[str]:
    """Three lines: the viewer's waiting, and what was taken in meanwhile."""
    command = [sys.executable, "-m", "tests.support.flood", str(SENDERS), str(FLOOD_S)]
    targets = [f"{http_url}/v1/traces", f"grpc://{grpc_address}"]
    with subprocess.Popen([*command, *targets], cwd=ROOT, stdout=subprocess.PIPE, text=True) as flood:
        time.sleep(LOOK_AFTER_S)
        seen = asyncio.run(_watch(port, FLOOD_S - LOOK_AFTER_S))
        taken, refused, other = map(int, flood.communicate(timeout=120)[0].split())
    middle, p95, longest = (1000 * wait for wait in _figures(seen.waits_s))
    yield f"{SENDERS} senders at full speed over HTTP and gRPC: between two frames of a viewer"
    yield f"  median {middle:.0f} ms, 95th percentile {p95:.0f} ms, longest {longest:.0f} ms"
    yield (
        f"  taken {taken * SPANS / FLOOD_S:,.0f} spans/s, asked to wait {refused} times, other answers {other}; "
        f"the viewer was shown {seen.spans:,} versions and told of {seen.missed:,} missed"
    )


def _figures(waits_s: list[float]) -> tuple[float, float, float]:
    return median(waits_s), quantiles(waits_s, n=20)[-1], max(waits_s)


async def _watch(port: int, seconds: float) -> Look:
    seen = Look()
    url, origin = f"ws://127.0.0.1:{port}/live", Origin(f"http://127.0.0.1:{port}")
    async with connect(url, origin=origin, max_size=None) as socket:
        until = time.monotonic() + seconds
        while (began := time.monotonic()) < until:
            text = str(await socket.recv())
            if not text.startswith("{"):
                continue
            seen.waits_s.append(time.monotonic() - began)
            frame = json.loads(text)
            seen.spans += len(frame["spans"])
            seen.missed += frame.get("missed", 0) if frame.get("part") == 1 else 0
            await socket.send(json.dumps({"ack": frame["seq"]}))
    return seen
