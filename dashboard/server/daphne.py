"""Serves the dashboard with Daphne in this process, and refuses a body that is too long while it is still being sent.

Daphne takes a whole body in before the application hears of it: 400 MB cost 400 MB of disk and of memory. Here
a body is in memory only up to its limit, and what comes after a refusal is dropped as it arrives. Nothing but a
film that is imported is written to disk.
"""

# Daphne chooses Twisted's reactor when it is imported, so it comes before anything of Twisted.
import daphne.server  # isort:skip
import asyncio
import tempfile
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any

from autobahn.exception import Disconnected
from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.ws_protocol import WebSocketFactory
from twisted.internet import defer
from twisted.internet import reactor as installed_reactor
from twisted.internet.error import CannotListenError
from twisted.logger import globalLogBeginner

from dashboard.access.origin import place
from dashboard.access.roles import NOT_PRESENTER, role
from dashboard.ingest import answer
from dashboard.ingest.answer import Answer, Encoding
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.refusal import too_large
from dashboard.interchange.limits import FORM_BYTES, ImportLimits
from dashboard.interchange.refusal import file_too_large
from dashboard.live.limits import MESSAGE_BYTES

KIB = 1024
TRACES_PATH = b"/v1/traces"
IMPORT_PATH = b"/recordings/import"
PAGE_BODY_BYTES = 256 * KIB
"""The longest body of anything but spans; our forms are a few hundred bytes."""
LINGER_S = 5.0
"""How long a refused sender is listened to, so that it reads the answer instead of a broken connection."""
CLOSE_S = 3.0
"""How long applications may take to end after they were cancelled."""
READ_BYTES = 512 * KIB
"""In pieces of this size the application gets a body."""

# Its interfaces are declared one by one; the object has them all.
reactor: Any = installed_reactor


class PortTakenError(Exception):
    """Somebody else listens where we should; the message names the address."""


def serve(application: Any, host: str, port: int, on_ready: Callable[[], object]) -> None:
    """Serve an ASGI application until SIGINT, SIGTERM or `reactor.stop()`. A process can do this once.

    `on_ready` is called on the server's event loop as soon as it listens. Raises PortTakenError when it cannot.
    """
    Server(application, endpoints=[f"tcp:{port}:interface={host}"], request_buffer_size=READ_BYTES).listen(
        host, port, on_ready
    )


class Server(daphne.server.Server):  # type: ignore[misc]
    """Daphne's server with bounded bodies, an error when the port is taken, and an end that waits for nobody long."""

    def listen(self, host: str, port: int, on_ready: Callable[[], object]) -> None:
        """Listen, say so, and run the reactor until it is stopped."""
        self.connections: dict[Any, dict[str, Any]] = {}
        self.ws_factory = WebSocketFactory(self, server=self.server_name)
        self.ws_factory.setProtocolOptions(
            autoPingTimeout=self.ping_timeout,
            allowNullOrigin=True,  # not to let it in, but to have `live/origin.py` refuse it like any other
            openHandshakeTimeout=self.websocket_handshake_timeout,
            maxMessagePayloadSize=MESSAGE_BYTES,
            maxFramePayloadSize=MESSAGE_BYTES,
        )
        # To nobody: Twisted would print what Daphne says already.
        globalLogBeginner.beginLoggingTo([], redirectStandardIO=False, discardBuffer=True)
        try:
            reactor.listenTCP(port, BoundedFactory(self), interface=host)
        except CannotListenError as error:
            raise PortTakenError(f"{host}:{port} cannot be listened on: {_reason(error)}") from error
        asyncio.set_event_loop(reactor._asyncioEventloop)  # noqa: SLF001 - as Daphne does
        reactor.callLater(1, self.application_checker)
        reactor.callLater(2, self.timeout_checker)
        reactor.addSystemEventTrigger("before", "shutdown", self.kill_all_applications)
        reactor.callWhenRunning(on_ready)
        reactor.run(installSignalHandlers=True)

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        """Hand a message of the application on. Who has just left gets none; the application hears of it next."""
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
        """A connection, as Daphne makes it but for the class of its requests."""
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


class BoundedRequest(WebRequest):  # type: ignore[misc]
    """One request. Twisted calls the methods in this order while it is received; the names are Twisted's."""

    refused = False
    limit = PAGE_BODY_BYTES

    def gotLength(self, length: int | None) -> None:  # noqa: N802
        """The headers are here; `length` is Content-Length, or None for a chunked body."""
        # Forms are Django's to read. Twisted would parse a film of 100 MB on the loop, which takes seconds.
        self._parsePOSTFormSubmission = False
        self.content: IO[bytes] = BytesIO()
        if self._path == TRACES_PATH:
            self.limit = IngestLimits().wire_bytes
        elif self._path == IMPORT_PATH and self._is_presenters:
            self.limit = ImportLimits().file_bytes + FORM_BYTES
            self.content = tempfile.TemporaryFile()  # noqa: SIM115 - Twisted closes it with the request
        if length is not None and length > self.limit:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """A piece of the body is here."""
        if self.refused:
            return
        if self.content.tell() + len(data) > self.limit:
            self._refuse()
        else:
            self.content.write(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """The body is complete."""
        if self.refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    def process(self) -> Any:
        """Hand the request to the application. Autobahn answers 400 to an origin that is none; we answer 403 to
        all.
        """
        headers = self.requestHeaders
        origins = headers.getRawHeaders(b"Origin") or []
        upgrade = (headers.getRawHeaders(b"Upgrade") or [b""])[0].lower()
        # Several headers would become one before the application sees them.
        readable = len(origins) <= 1 and all(place(origin.decode("latin-1")) for origin in origins)
        if upgrade == b"websocket" and not readable:
            return self.basic_error(403, b"Forbidden", "Sockets are open to our own page alone.")
        return super().process()

    @property
    def _path(self) -> bytes:
        path: bytes = self.channel._path  # noqa: SLF001 - Twisted tells a request its path only with its body
        return path.partition(b"?")[0]

    @property
    def _is_presenters(self) -> bool:
        headers = self.requestHeaders.getAllRawHeaders()
        return (
            role({"headers": [(name.lower(), value) for name, values in headers for value in values]}) == "presenter"
        )

    def _refuse(self) -> None:
        """Answer 413 now, and drop the rest of the body as it comes."""
        self.refused = True
        self.content.close()
        self.content = BytesIO()
        # Else Twisted would ask the sender to continue, after our answer.
        self.requestHeaders.removeHeader(b"Expect")
        self.channel.transport.write(_response(self._refusal()))
        reactor.callLater(LINGER_S, self._hang_up)

    def _refusal(self) -> Answer:
        if self._path == IMPORT_PATH and not self._is_presenters:
            return answer.as_json(403, {"error": NOT_PRESENTER})
        if self._path == IMPORT_PATH:
            why = file_too_large(ImportLimits().file_bytes)
            return answer.as_json(why.status, {"error": why.message})
        content_type = (self.requestHeaders.getRawHeaders(b"Content-Type") or [b""])[0].decode("latin-1")
        what = too_large(f"more than {self.limit} bytes in one request")
        return answer.refusal(Encoding.of(content_type), what)

    def _hang_up(self) -> None:
        if self.channel is not None:
            self.channel.forceAbortClient()


def _response(reply: Answer) -> bytes:
    phrase = HTTPStatus(reply.status).phrase.encode()
    lines = [b"HTTP/1.1 %d %s" % (reply.status, phrase), b"Connection: close"]
    lines += [name + b": " + value for name, value in reply.headers]
    return b"\r\n".join([*lines, b"", reply.body])


def _reason(error: CannotListenError) -> str:
    cause: OSError = error.socketError
    return cause.strerror or str(cause)
