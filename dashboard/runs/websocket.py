"""A journey over WebSocket: open a socket, talk, close. What is said, `chat` and `heartbeat` know."""

import json
import time
from abc import abstractmethod
from functools import partial
from typing import Any

from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Origin

from dashboard.runs.client_request import CONNECTED, Journey
from dashboard.runs.orders import WEBSOCKET
from dashboard.runs.results import RequestResult

HANDSHAKE = "gatescope.client.handshake_ns"
SAID = "gatescope.client.said_ns"
CLOSED = "gatescope.client.closed_ns"
SWITCHING_PROTOCOLS = 101


class SocketJourney(Journey):
    """One socket on a connection of its own. Its status is 101, or what a server answers that refuses it."""

    __slots__ = ()

    def result(self, run_started_ns: int) -> RequestResult:
        """As of any journey; the protocol is known before an answer."""
        return replace(super().result(run_started_ns), protocol=WEBSOCKET)

    async def _exchange(self) -> None:
        try:
            socket = await self._opened()
        except InvalidStatus as refusal:
            self.status = refusal.response.status_code
            self.error = f"{self.spec.server} refused the WebSocket with status {self.status}"
            return
        except WebSocketException as error:
            raise ConnectionResetError(f"no WebSocket came about: {error}") from error
        try:
            self.status = SWITCHING_PROTOCOLS
            self._reached(HANDSHAKE)
            await self._talk(socket)
            await socket.close()
            self._steps[CLOSED] = time.time_ns()
        except ConnectionClosed as error:
            raise ConnectionResetError(f"the socket closed: {error}") from error
        finally:
            # A journey that is stopped does not wait for the server's farewell.
            socket.transport.abort()

    async def _opened(self) -> ClientConnection:
        """The socket after its handshake. Raises WebSocketException when the server does not want it."""
        target = self.spec.target
        connecting = _Connecting(
            self._uri,
            host=target.host,
            port=target.port,
            ssl=target.tls_context("http/1.1"),
            create_connection=partial(_Connection, self),  # type: ignore[arg-type]  # a class is expected, but only called
            origin=Origin(f"{target.scheme}://{target.asked_host}"),
            proxy=None,
            compression=None,
            user_agent_header=None,
            open_timeout=None,
            ping_interval=None,
        )
        return await connecting

    @abstractmethod
    async def _talk(self, socket: ClientConnection) -> None:
        """Say something and listen. Raises ConnectionClosed when the server ends it too early."""

    async def _say(self, socket: ClientConnection, text: str, seconds: float | None = None) -> None:
        """Ask the consumer for its work, by default for as long as was ordered."""
        await socket.send(
            json.dumps({"text": text, "seconds": self.spec.order.work_s if seconds is None else seconds})
        )
        self._reached(SAID)

    def stands(self) -> list[tuple[str, str]]:
        """The connection stands: note it, and return the headers of the handshake."""
        self._reached(CONNECTED)
        return self._headers()

    @property
    def _uri(self) -> str:
        return self.spec.url.replace("http", "ws", 1)

    def _attributes(self) -> dict[str, Any]:
        return {**super()._attributes(), "url.full": self._uri, "network.protocol.name": WEBSOCKET}


class _Connection(ClientConnection):
    """Tells its journey when the connection stands, and lets the headers be made only then."""

    def __init__(self, journey: SocketJourney, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._journey = journey

    async def handshake(self, additional_headers: Any = None, user_agent_header: str | None = None) -> None:
        await super().handshake(self._journey.stands(), user_agent_header)


class _Connecting(connect):
    """Goes where it was sent and nowhere else: a redirect is an answer."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc
