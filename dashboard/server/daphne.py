"""Serves the dashboard with Daphne in this process, and refuses a body that is too long while it is still being sent.

Daphne takes in a whole body before the application hears of it: 400 MB cost 400 MB of disk and of memory. Here a body
is in memory only up to its limit, it has to come at a pace, all that are unfinished together are bounded, and what
comes after a refusal is dropped as it arrives. Only a recording that is being imported is written to disk.
"""

# Daphne chooses Twisted's reactor when it is imported, so it comes before anything of Twisted.
import daphne.server  # isort:skip
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any, Protocol, TypeAlias

from autobahn.exception import Disconnected
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory
from twisted.internet import defer
from twisted.internet import reactor as installed_reactor
from twisted.internet.error import CannotListenError
from twisted.logger import globalLogBeginner

from dashboard.server.allocator import share_one_arena
from dashboard.server.bodies import UnfinishedBodies
from dashboard.server.viewer_socket import MessageRule, ViewerSocket
from dashboard.types import Scope

KIB = 1024
LINGER_S = 5.0
"""How long a refused sender may keep sending, so that it reads the answer instead of a broken connection."""
CLOSE_S = 3.0
"""How long applications may take to end after they were cancelled."""
READ_BYTES = 512 * KIB
"""The size of the pieces in which the application gets a body."""
CHECK_PACE_EVERY_S = 1.0
RETRY_AFTER_S = 5
SWITCH_INTERVAL_S = 0.001
"""How long the loop may wait for the interpreter while a thread computes. A page needs it a dozen times, and each of
Python's usual 5 ms would be felt when spans pour in.
"""

Headers: TypeAlias = Sequence[tuple[bytes, bytes]]
"""Names in lower case."""

# Its interfaces are declared one by one; the object has them all.
reactor: Any = installed_reactor


class PortTakenError(Exception):
    """Another program listens where we should; the message names the address."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP response to a body that is not taken."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class BodyRule:
    """How long the body of one request may be, in bytes, and what the sender of a longer one is told."""

    longest: int
    refuse: Callable[[], Refusal]
    on_disk: bool = False
    """Keep the body in a temporary file instead of in memory."""


class RequestPolicy(Protocol):
    """What the application takes. Asked as soon as the headers of a request are here."""

    message_bytes: int
    """The longest WebSocket message of a client."""
    message_rule: MessageRule
    """How much a client may say over its WebSocket."""

    def body_rule(self, scope: Scope) -> BodyRule:
        """Return the rule for the body of a request, of which path, headers, client and server are known."""

    def is_readable(self, origins: Sequence[bytes]) -> bool:
        """Return whether the application can judge these Origin headers; a socket with others is answered 403."""


def serve(application: Any, host: str, port: int, on_ready: Callable[[], object], policy: RequestPolicy) -> None:
    """Serve an ASGI application until SIGINT, SIGTERM or `reactor.stop()`. A process can do this once.

    `on_ready` is called on the server's event loop as soon as it listens. Raises PortTakenError when it cannot.
    """
    share_one_arena()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    # To nobody: Twisted would print what Daphne says already.
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
    asyncio.set_event_loop(reactor._asyncioEventloop)  # noqa: SLF001 - as Daphne does
    listen(application, host, port, policy)
    reactor.callWhenRunning(on_ready)
    reactor.run(installSignalHandlers=True)


def listen(application: Any, host: str, port: int, policy: RequestPolicy) -> None:
    """Listen with an ASGI application for as long as the reactor runs. Raises PortTakenError."""
    server = Server(application, endpoints=[f"tcp:{port}:interface={host}"], request_buffer_size=READ_BYTES)
    server.listen(host, port, policy)


class Server(daphne.server.Server):  # type: ignore[misc]
    """Daphne's server with bounded bodies, an error when the port is taken, and a bounded shutdown."""

    def listen(self, host: str, port: int, policy: RequestPolicy) -> None:
        """Listen on the reactor, whether it runs already or not. Raises PortTakenError."""
        self.connections: dict[Any, dict[str, Any]] = {}
        self.policy = policy
        self.unfinished: UnfinishedBodies[BoundedRequest] = UnfinishedBodies()
        self.ws_factory = WebSocketFactory(self, server=self.server_name)
        self.ws_factory.protocol = ViewerSocket
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,  # not to let it in, but to have our own guard refuse it like any other
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=policy.message_bytes,
            maxFramePayloadSize=policy.message_bytes,
        )
        try:
            reactor.listenTCP(port, BoundedFactory(self), interface=host)
        except CannotListenError as error:
            raise PortTakenError(f"{host}:{port} cannot be listened on: {_reason(error)}") from error
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.callLater(CHECK_PACE_EVERY_S, self.check_pace)
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)

    def check_pace(self) -> None:
        """Refuse the requests that come too slowly, for as long as the reactor runs."""
        for request in self.unfinished.late(time.monotonic()):
            request.refuse(_refusal(408, "The request comes too slowly."))
        reactor.callLater(CHECK_PACE_EVERY_S, self.check_pace)

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        """Pass on a message of the application, or drop it where the client has just left: its next event says so."""
        with suppress(Disconnected):
            await super().handle_reply(protocol, message)

    def kill_all_applications(self) -> Any:
        """Cancel what runs and wait a moment for it. Daphne's own fails on a request that is still being received."""
        running = [
            instance
            for details in self.connections.values()
            if (instance := details.get("application_instance")) and not instance.done()
        ]
        for instance in running:
            instance.cancel()
        if not running:
            return None
        return defer.Deferred.fromFuture(asyncio.ensure_future(asyncio.wait(running, timeout=CLOSE_S)))


class BoundedFactory(HTTPFactory):  # type: ignore[misc]
    """Builds connections whose requests have bounded bodies."""

    def buildProtocol(self, addr: Any) -> Any:  # noqa: N802 - Twisted's
        """Return a connection, as Daphne makes it but for the class of its requests."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """One request. Twisted calls the methods in this order while it is received; the names are Twisted's."""

    refused = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Expect the rest of the headers: the first line is here."""
        super().__init__(*args, **kwargs)
        self._unfinished.begin(self, time.monotonic())

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        """Choose the rule: the headers are here. `length` is Content-Length, or None for a chunked body."""
        self._unfinished.end(self)
        if self.refused:
            return
        # Forms are Django's to read. Twisted would parse a recording of 100 MB on the loop, which takes seconds.
        self._parsePOSTFormSubmission = False
        self.rule = self.server.policy.body_rule(self._scope)
        self.content: IO[bytes] = (
            tempfile.TemporaryFile() if self.rule.on_disk else BytesIO()  # noqa: SIM115 - Twisted closes it
        )
        if length is None or length > 0:
            self._unfinished.begin(self, time.monotonic())
        if (length or 0) > self.rule.longest or (length is None and not self.rule.longest):
            self.refuse(self.rule.refuse())

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """Keep a piece of the body, unless it is one too many."""
        if self.refused:
            return
        if self.content.tell() + len(data) > self.rule.longest:
            self.refuse(self.rule.refuse())
            return
        self.content.write(data)
        for request in self._unfinished.add(self, len(data), in_memory=not self.rule.on_disk):
            request.refuse(_refusal(503, "Too many bodies are unfinished.", retry_after_s=RETRY_AFTER_S))

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """Hand over the request, whose body is complete, or close the connection of a refused one."""
        self._unfinished.end(self)
        if self.refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    def process(self) -> Any:
        """Hand the request to the application. Autobahn answers 400 to a malformed Origin; we always answer 403."""
        headers = self.requestHeaders
        upgrade = (headers.getRawHeaders(b"Upgrade") or [b""])[0].lower()
        origins = headers.getRawHeaders(b"Origin") or []
        if upgrade == b"websocket" and not self.server.policy.is_readable(origins):
            return self.basic_error(403, b"Forbidden", "Sockets are open to our own page alone.")
        return super().process()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        """Forget the body that will not come any more."""
        self._unfinished.end(self)
        super().connectionLost(reason)

    def refuse(self, refusal: Refusal) -> None:
        """Answer now, and drop the rest of the body as it comes."""
        self.refused = True
        self._unfinished.end(self)
        if self.content:  # else not even the headers were here
            self.content.close()
        self.content = BytesIO()
        # Else Twisted would ask the sender to continue, after our answer.
        self.requestHeaders.removeHeader(b"Expect")
        self.channel.transport.write(_encode(refusal))
        reactor.callLater(LINGER_S, self._hang_up)

    @property
    def _unfinished(self) -> "UnfinishedBodies[BoundedRequest]":
        unfinished: UnfinishedBodies[BoundedRequest] = self.server.unfinished
        return unfinished

    @property
    def _scope(self) -> Scope:
        """What is known of the request before its body is here, as the application will see it."""
        path: bytes = self.channel._path.partition(b"?")[0]  # noqa: SLF001 - Twisted tells it only with the body
        headers = self.requestHeaders.getAllRawHeaders()
        client, server = self.channel.getPeer(), self.channel.getHost()
        return {
            "type": "http",
            "path": path.decode("latin-1"),
            "headers": [(name.lower(), value) for name, values in headers for value in values],
            "client": (client.host, client.port),
            "server": (server.host, server.port),
        }

    def _hang_up(self) -> None:
        if self.channel is not None:
            self.channel.forceAbortClient()


def _refusal(status: int, sentence: str, *, retry_after_s: int = 0) -> Refusal:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"%d" % len(sentence))]
    if retry_after_s:
        headers.append((b"retry-after", b"%d" % retry_after_s))
    return Refusal(status, headers, sentence.encode())


def _encode(refusal: Refusal) -> bytes:
    phrase = HTTPStatus(refusal.status).phrase.encode()
    lines = [b"HTTP/1.1 %d %s" % (refusal.status, phrase), b"Connection: close"]
    lines += [name + b": " + value for name, value in refusal.headers]
    return b"\r\n".join([*lines, b"", refusal.body])


def _reason(error: CannotListenError) -> str:
    cause: OSError = error.socketError
    return cause.strerror or str(cause)
