"""Observes any ASGI application: wrap it in `ASGIProbe`.

The first thing inside the server process. Twin of `probes.wsgi`: read them side by side, their
difference is the difference of the two interfaces.
"""

from time import perf_counter_ns, time_ns

from probes.failsafe import harmless
from probes.lifespan import ObservedLifespan
from probes.recording import RequestRecord
from probes.request import Arrival, begin_request, finish_request, is_observed
from probes.response import Response
from probes.stages import driven, enter, leave
from probes.tracing import instrument
from probes.types import ASGIApp, Message, Receive, Scope, Send


class ASGIProbe:
    """An ASGI application that does what ``app`` does, observed. WebSockets pass through."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_lifespan(scope):
            await ObservedLifespan(receive, send).run(self.app, scope)
            return
        request = _observe(scope)
        if request is None:
            await self.app(scope, receive, send)
        else:
            await request.run(self.app, scope, receive, send)


class ObservedRequest:
    """One request on its way through the application and back; owns everything known about it."""

    __slots__ = ("_abandoned", "_complete", "_receive", "_send", "_trailers", "record", "response")

    def __init__(self, record: RequestRecord) -> None:
        self.record = record
        self.response = Response(record.server)
        self._abandoned = False
        self._complete = False
        self._trailers = False

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application with channels that are observed."""
        self._receive, self._send = receive, send
        token = enter(self.record.server)
        try:
            await driven(app(scope, self.receive, self.send), self.record.server)
        except BaseException as error:
            self.finish(error)
            raise
        else:
            self.finish(None)
        finally:
            leave(token)

    async def receive(self) -> Message:
        """Stand in for the server's ``receive``."""
        message = await self._receive()
        self._note_received(message)
        return message

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``: the time it takes is the client's and the network's."""
        self._note_sending(message)
        begun = perf_counter_ns()
        try:
            await self._send(message)
        except BaseException as error:
            self.response.end(error)
            raise
        self._note_sent(message, perf_counter_ns() - begun)

    @harmless(None)
    def finish(self, error: BaseException | None) -> None:
        """Close the request's stages; once, later calls do nothing."""
        if error is None and self._abandoned:
            self.record.server.fail("client_disconnected")
        self.response.end(error)
        finish_request(self.record, self.response.status, error)

    @harmless(None)
    def _note_received(self, message: Message) -> None:
        if message["type"] == "http.disconnect" and not self._complete:
            self._abandoned = True

    @harmless(None)
    def _note_sending(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.response.status = int(message["status"])
            self._trailers = bool(message.get("trailers"))
            self.response.begin()

    @harmless(None)
    def _note_sent(self, message: Message, sending_ns: int) -> None:
        kind = message["type"]
        if kind == "http.response.body":
            self.response.sent(len(message.get("body", b"")), sending_ns)
            self._complete = not message.get("more_body", False) and not self._trailers
        elif kind == "http.response.pathsend":
            self.response.uncounted()
            self._complete = not self._trailers
        elif kind == "http.response.trailers":
            self._complete = not message.get("more_trailers", False)
        if self._complete:
            self.response.end()


@harmless(False)
def _is_lifespan(scope: Scope) -> bool:
    return scope["type"] == "lifespan" and not instrument().settings.disabled


@harmless(None)
def _observe(scope: Scope) -> ObservedRequest | None:
    """Decide whether this request is for us."""
    arrived_ns = time_ns()
    if scope["type"] != "http" or instrument().settings.disabled:
        return None
    # Frameworks copy the scope but share its headers; an empty tuple is everybody's.
    mark = scope.get("headers") or scope
    if is_observed(mark):
        return None
    return ObservedRequest(begin_request(_arrival(scope, arrived_ns), mark))


def _arrival(scope: Scope, arrived_ns: int) -> Arrival:
    return Arrival(
        interface="asgi",
        method=str(scope.get("method", "")),
        path=str(scope.get("path", "")),
        query=_text(scope.get("query_string", b"")),
        scheme=str(scope.get("scheme", "")),
        protocol_version=str(scope.get("http_version", "")),
        traceparents=_headers(scope, b"traceparent"),
        request_start=next(iter(_headers(scope, b"x-request-start")), None),
        server_notes=scope,
        arrived_ns=arrived_ns,
    )


def _text(value: bytes) -> str:
    """Return what the client sent: ASGI passes it as bytes."""
    return value.decode("utf-8", "replace")


def _headers(scope: Scope, name: bytes) -> list[str]:
    headers = scope.get("headers")
    if not isinstance(headers, list | tuple):
        return []  # anything else that can be iterated could be used up by reading it
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]
