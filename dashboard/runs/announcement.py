"""A journey to the announcement: sit in the room until all are in, hear the one thing that is said, and note when."""

import asyncio

from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection

from dashboard.runs.chat import HEARD
from dashboard.runs.client_request import NS, Observe, RequestSpec
from dashboard.runs.rendezvous import Room
from dashboard.runs.results import RequestResult
from dashboard.runs.websocket import SocketJourney

HEARS_WITHIN_S = 2.0
"""A phone that has not heard it so long after it was said, and after it began to listen, never will."""
SLOW = "gatescope.client.slow"


class AnnouncementJourney(SocketJourney):
    """One phone. The first in the room speaks, the last is slow: it takes nothing from the network for a while."""

    __slots__ = ("room",)

    def __init__(self, spec: RequestSpec, observe: Observe, room: Room) -> None:
        super().__init__(spec, observe)
        self.room = room

    def result(self, run_started_ns: int) -> RequestResult:
        """As of any socket, with the moment at which it heard."""
        heard_ns = self._steps.get(HEARD)
        return replace(
            super().result(run_started_ns),
            heard_s=(heard_ns - run_started_ns) / NS if isinstance(heard_ns, int) else None,
            slow=SLOW in self._steps,
        )

    async def _exchange(self) -> None:
        try:
            await super()._exchange()
        finally:
            self.room.missing(self.trace_id)

    async def _talk(self, socket: ClientConnection) -> None:
        await self.room.enter(self.trace_id)
        if self.trace_id == self.room.speaker:
            await self._say(socket, self.room.text, seconds=0)
        if self.trace_id == self.room.slow:
            await self._dawdle(socket)
        try:
            async with asyncio.timeout(HEARS_WITHIN_S):
                while await socket.recv() != self.room.text:
                    """Another run speaks in the same room."""
        except TimeoutError:
            self.error = f"{self.spec.server} told it nothing within {HEARS_WITHIN_S:g} s"
        else:
            self._reached(HEARD)
            await self.room.heard(self.trace_id)

    async def _dawdle(self, socket: ClientConnection) -> None:
        """Leave in the network what comes, as a phone with a bad connection does."""
        self._steps[SLOW] = True
        socket.transport.pause_reading()
        await asyncio.sleep(self.spec.order.work_s)
        socket.transport.resume_reading()
