"""A journey to the heartbeat: listen to beats until the server closes, and measure the largest gap between two."""

import time

from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection

from dashboard.runs.results import RequestResult
from dashboard.runs.websocket import SocketJourney

BEATS = "gatescope.client.beats"
LARGEST_GAP = "gatescope.client.largest_gap_ns"
NS = 1e9


class HeartbeatJourney(SocketJourney):
    """One listener."""

    __slots__ = ()

    def result(self, run_started_ns: int) -> RequestResult:
        """As of any socket, with the largest gap so far."""
        gap_ns = self._steps.get(LARGEST_GAP)
        return replace(super().result(run_started_ns), largest_gap_s=gap_ns / NS if isinstance(gap_ns, int) else None)

    async def _talk(self, socket: ClientConnection) -> None:
        """Ask for beats and note each until there are no more."""
        await self._say(socket, "beat")
        last_ns = beats = 0
        async for _ in socket:
            now_ns = time.monotonic_ns()
            if beats:
                self._steps[LARGEST_GAP] = max(int(self._steps.get(LARGEST_GAP, 0)), now_ns - last_ns)
            last_ns, beats = now_ns, beats + 1
            self._steps[BEATS] = beats
