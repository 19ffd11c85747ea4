"""A journey to the chat: say one thing in the room and wait until it comes back."""

from websockets.asyncio.client import ClientConnection

from dashboard.runs.websocket import SocketJourney

HEARD = "gatescope.client.heard_ns"


class ChatJourney(SocketJourney):
    """One member of the room."""

    __slots__ = ()

    async def _talk(self, socket: ClientConnection) -> None:
        """Say something that nobody else says, and listen until the room repeats it."""
        await self._say(socket, self.trace_id)
        while await socket.recv() != self.trace_id:
            """Others speak in the same room."""
        self._reached(HEARD)
