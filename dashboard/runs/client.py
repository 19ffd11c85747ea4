"""The client that fires: the one place that knows which request goes over which protocol."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from dashboard.runs import announcement, chat, heartbeat, http1, http2, websocket
from dashboard.runs.client_request import Exchange
from dashboard.runs.http2_connection import Http2Connection
from dashboard.runs.orders import WEBSOCKET, Order
from dashboard.runs.rendezvous import Rendezvous
from dashboard.runs.target import Target

TALKS: dict[str, websocket.Talk] = {"chat": chat.talk, "chat-sync": chat.talk, "heartbeat": heartbeat.talk}
"""What is said over a WebSocket, by scenario; those of an announcement wait for each other and have their own way."""


@asynccontextmanager
async def open_client(order: Order, server: str, target: Target, rendezvous: Rendezvous) -> AsyncIterator[Exchange]:
    """Yield what carries out the requests of one run to one server.

    Over HTTP/2 they share one connection, which ends with the block; announcements to all servers of a run share the
    rendezvous.
    """
    if order.protocol == "2":
        async with Http2Connection.to(server, target) as connection:
            yield partial(http2.exchange, connection=connection)
    elif order.protocol != WEBSOCKET:
        yield http1.exchange
    elif order.kind.together:
        yield partial(announcement.exchange, rendezvous=rendezvous)
    else:
        yield partial(websocket.exchange, talk=TALKS[order.scenario])
