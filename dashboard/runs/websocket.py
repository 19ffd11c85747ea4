"""A request over WebSocket: open a socket, talk, close. What is said is up to a `Talk`, such as that of `chat`."""

import json
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Origin

from dashboard.runs.client_request import ClientRequest
from dashboard.traces.attributes import CLOSED, CONNECTED, HANDSHAKE, SAID

SWITCHING_PROTOCOLS = 101

Talk = Callable[[ClientRequest, ClientConnection], Awaitable[None]]
"""Says something and listens. Raises ConnectionClosed when the server ends it too early."""


async def exchange(request: ClientRequest, talk: Talk) -> None:
    """Open a socket on a connection of its own, talk, and close it. Raise OSError when it breaks off.

    The request's status is 101, or that of the answer of a server that refuses.
    """
    try:
        socket = await _connect(request)
    except InvalidStatus as refusal:
        request.status = refusal.response.status_code
        request.error = f"{request.spec.server} refused the WebSocket with status {request.status}"
        return
    except WebSocketException as error:
        raise ConnectionResetError(f"the WebSocket could not be opened: {error}") from error
    try:
        request.status = SWITCHING_PROTOCOLS
        request.reach(HANDSHAKE)
        await talk(request, socket)
        await socket.close()
        request.notes[CLOSED] = time.time_ns()
    except ConnectionClosed as error:
        raise ConnectionResetError(f"the socket closed: {error}") from error
    finally:
        # A request that is stopped does not wait for the server's farewell.
        socket.transport.abort()


async def say(request: ClientRequest, socket: ClientConnection, text: str, *, work_s: float) -> None:
    """Say something to the consumer, and ask it to work on that for `work_s` seconds."""
    await socket.send(json.dumps({"text": text, "seconds": work_s}))
    request.reach(SAID)


async def _connect(request: ClientRequest) -> ClientConnection:
    target = request.spec.target
    connecting = _Connect(
        request.spec.url,
        host=target.host,
        port=target.port,
        ssl=target.tls_context("http/1.1"),
        create_connection=partial(_Connection, request),  # type: ignore[arg-type]  # a class is only called
        origin=Origin(f"{target.scheme}://{target.asked_host}"),
        proxy=None,
        compression=None,
        user_agent_header=None,
        open_timeout=None,
        ping_interval=None,
    )
    return await connecting


class _Connection(ClientConnection):
    """Tells the request when the connection is open, and lets it make its headers only then."""

    def __init__(self, request_on_it: ClientRequest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._request_on_it = request_on_it

    async def handshake(self, additional_headers: Any = None, user_agent_header: str | None = None) -> None:
        self._request_on_it.reach(CONNECTED)
        await super().handshake(self._request_on_it.headers(), user_agent_header)


class _Connect(connect):
    """Connects to the given place and to no other: a redirect is an answer."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc
