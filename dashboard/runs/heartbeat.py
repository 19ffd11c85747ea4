"""One listener to the heartbeat: take beats until the server closes, and measure the largest gap between two."""

import time

from websockets.asyncio.client import ClientConnection

from dashboard.runs.client_request import ClientRequest
from dashboard.runs.websocket import say
from dashboard.traces.attributes import BEATS


async def talk(request: ClientRequest, socket: ClientConnection) -> None:
    """Ask for beats and note each until there are no more."""
    await say(request, socket, "beat", work_s=request.spec.order.work_s)
    last_ns = beats = 0
    async for _ in socket:
        now_ns = time.monotonic_ns()
        if beats:
            request.largest_gap_ns = max(request.largest_gap_ns or 0, now_ns - last_ns)
        last_ns, beats = now_ns, beats + 1
        request.notes[BEATS] = beats
