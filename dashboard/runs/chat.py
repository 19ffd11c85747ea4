"""One member of the chat: say one thing in the room and wait until it comes back."""

from websockets.asyncio.client import ClientConnection

from dashboard.runs.client_request import ClientRequest
from dashboard.runs.websocket import say
from dashboard.traces.attributes import HEARD


async def talk(request: ClientRequest, socket: ClientConnection) -> None:
    """Say something that nobody else says, and listen until the room repeats it."""
    await say(request, socket, request.trace_id, work_s=request.spec.order.work_s)
    while await socket.recv() != request.trace_id:
        pass  # others speak in the same room
    request.reach(HEARD)
