"""The client that fires: the one place that knows which kind of journey goes over which protocol."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from dashboard.runs.announcement import AnnouncementJourney
from dashboard.runs.chat import ChatJourney
from dashboard.runs.client_request import Journey, Observe, Shot
from dashboard.runs.heartbeat import HeartbeatJourney
from dashboard.runs.http1 import Http1Journey
from dashboard.runs.http2 import Http2Connection, Http2Journey
from dashboard.runs.orders import WEBSOCKET
from dashboard.runs.rendezvous import Room
from dashboard.runs.target import Target

NewJourney = Callable[[Shot, Observe], Journey]
NewPhone = Callable[[Shot, Observe, Room], Journey]

SOCKETS: dict[str, NewPhone] = {
    "chat": lambda shot, observe, _: ChatJourney(shot, observe),
    "chat-sync": lambda shot, observe, _: ChatJourney(shot, observe),
    "heartbeat": lambda shot, observe, _: HeartbeatJourney(shot, observe),
    "announce": AnnouncementJourney,
}
"""Who talks over a WebSocket, by scenario."""


@asynccontextmanager
async def client(server: str, target: Target, protocol: str, room: Room) -> AsyncIterator[NewJourney]:
    """What makes the journeys of one run to one server. Over HTTP/2 they share one connection, which ends with it;
    over WebSockets those to all servers of the run may share the room.
    """
    if protocol == WEBSOCKET:
        yield lambda shot, observe: SOCKETS[shot.scenario](shot, observe, room)
        return
    if protocol == "2":
        async with Http2Connection.to(server, target) as connection:
            yield lambda shot, observe: Http2Journey(shot, observe, connection=connection)
    else:
        yield Http1Journey
