"""The client that fires: the one place that knows which kind of journey goes over which protocol."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from dashboard.runs.announcement import AnnouncementJourney
from dashboard.runs.chat import ChatJourney
from dashboard.runs.client_request import Journey, Observe, RequestSpec
from dashboard.runs.heartbeat import HeartbeatJourney
from dashboard.runs.http1 import Http1Journey
from dashboard.runs.http2 import Http2Connection, Http2Journey
from dashboard.runs.orders import WEBSOCKET
from dashboard.runs.rendezvous import Room
from dashboard.runs.target import Target

NewJourney = Callable[[RequestSpec, Observe], Journey]
NewPhone = Callable[[RequestSpec, Observe, Room], Journey]

SOCKETS: dict[str, NewPhone] = {
    "chat": lambda spec, observe, _: ChatJourney(spec, observe),
    "chat-sync": lambda spec, observe, _: ChatJourney(spec, observe),
    "heartbeat": lambda spec, observe, _: HeartbeatJourney(spec, observe),
    "announce": AnnouncementJourney,
}
"""Who talks over a WebSocket, by scenario."""


@asynccontextmanager
async def client(server: str, target: Target, protocol: str, room: Room) -> AsyncIterator[NewJourney]:
    """What makes the journeys of one run to one server. Over HTTP/2 they share one connection, which ends with it;
    over WebSockets those to all servers of the run may share the room.
    """
    if protocol == WEBSOCKET:
        yield lambda spec, observe: SOCKETS[spec.order.scenario.name](spec, observe, room)
        return
    if protocol == "2":
        async with Http2Connection.to(server, target) as connection:
            yield lambda spec, observe: Http2Journey(spec, observe, connection=connection)
    else:
        yield Http1Journey
