"""One phone of an announcement: wait until all are in the room, hear the one thing that is said, and note when."""

import asyncio
from functools import partial

from websockets.asyncio.client import ClientConnection

from dashboard.runs import websocket
from dashboard.runs.client_request import ClientRequest
from dashboard.runs.rendezvous import Rendezvous
from dashboard.runs.websocket import say
from dashboard.traces.attributes import HEARD

HEARS_WITHIN_S = 2.0
"""A phone that has heard nothing so long after it began to listen never will."""


async def exchange(request: ClientRequest, rendezvous: Rendezvous) -> None:
    """Be one phone. The first in the room speaks, the last is slow: it takes nothing from the network for a while."""
    try:
        await websocket.exchange(request, partial(_talk, rendezvous))
    finally:
        rendezvous.leave(request.trace_id)


async def _talk(rendezvous: Rendezvous, request: ClientRequest, socket: ClientConnection) -> None:
    await rendezvous.enter(request.trace_id)
    if request.trace_id == rendezvous.speaker:
        await say(request, socket, rendezvous.text, work_s=0)
    if request.trace_id == rendezvous.slow:
        request.slow = True
        await _read_nothing(socket, request.spec.order.work_s)
    try:
        async with asyncio.timeout(HEARS_WITHIN_S):
            while await socket.recv() != rendezvous.text:
                pass  # another run speaks in the same room
    except TimeoutError:
        request.error = f"{request.spec.server} did not announce it within {HEARS_WITHIN_S:g} s"
    else:
        request.heard_ns = request.reach(HEARD)
        await rendezvous.hear(request.trace_id)


async def _read_nothing(socket: ClientConnection, seconds: float) -> None:
    """Leave what arrives in the network, as a phone with a bad connection does."""
    socket.transport.pause_reading()
    await asyncio.sleep(seconds)
    socket.transport.resume_reading()
