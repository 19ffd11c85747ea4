"""Observes any ASGI application: wrap it in `ASGIProbe`.

The first thing inside the server process. Twin of `probes.wsgi`: read them side by side, their
difference is the difference of the two interfaces.
"""

from collections.abc import Callable
from time import time_ns

from .asgi_call import ObservedCall, contents
from .failsafe import harmless
from .lifespan import ObservedLifespan
from .recording import RequestRecord
from .request import Arrival, begin_request, finish_request, is_observed
from .request_body import RequestBody
from .response import Response
from .routing import found_in_scope
from .tracing import instrument
from .types import ASGIApp, Message, Receive, Scope, Send
from .websocket import ObservedSocket


class ASGIProbe:
    """An ASGI application that does what ``app`` does, observed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_lifespan(scope):
            await ObservedLifespan(receive, send).run(self.app, scope)
            return
        call = _observe(scope)
        if call is None:
            await self.app(scope, receive, send)
        else:
            await call.run(self.app, scope, receive, send)


class ObservedRequest(ObservedCall):
    """One request on its way through the application and back; owns everything known about it."""

    __slots__ = ("_abandoned", "_complete", "_trailers", "body", "response")

    def __init__(self, record: RequestRecord) -> None:
        super().__init__(record)
        self.body = RequestBody(record.server, self.conversation)
        self.response = Response(record.server)
        self._abandoned = False
        self._complete = False
        self._trailers = False

    async def receive(self) -> Message:
        """Stand in for the server's ``receive``: the time it takes is the client's and the network's."""
        asked = self.conversation.begins("receive")
        try:
            message = await self._receive()
        except BaseException:
            asked.end()
            raise
        waited_ns = self.conversation.ends(asked, *contents(message))
        self._note_received(message, waited_ns)
        return message

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``: the time it takes is the client's and the network's."""
        self._note_sending(message)
        said = self.conversation.begins(*contents(message))
        try:
            await self._send(message)
        except BaseException as error:
            said.end()
            self.response.end(error)
            raise
        self._note_sent(message, self.conversation.ends(said))

    @harmless(None)
    def finish(self, error: BaseException | None) -> None:
        """Close the request's stages; once, later calls do nothing."""
        self.body.end()
        self.response.end(error)
        finish_request(self.record, self.response.status, error)

    @harmless(None)
    def _note_received(self, message: Message, waited_ns: int) -> None:
        if message["type"] == "http.request" and (message.get("body") or message.get("more_body")):
            self.body.waited(waited_ns)
        elif message["type"] == "http.disconnect" and not (self._complete or self._abandoned):
            self._abandoned = True
            self.response.client_left()
            self.record.server.client_left()

    @harmless(None)
    def _note_sending(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.response.status = int(message["status"])
            self._trailers = bool(message.get("trailers"))
            self.record.server.update(found_in_scope(self.scope))
            self.response.begin()
        # Before the sending: Hypercorn says "disconnect" while it sends the last piece, though the client is there.
        self._complete = self._complete or self._completes(message)

    @harmless(None)
    def _note_sent(self, message: Message, sending_ns: int) -> None:
        if message["type"] == "http.response.body":
            self.response.sent(len(message.get("body", b"")), sending_ns)
        elif message["type"] == "http.response.pathsend":
            self.response.uncounted()
        if self._complete:
            self.response.end()

    def _completes(self, message: Message) -> bool:
        """Say whether nothing comes after ``message``."""
        kind = message["type"]
        if kind == "http.response.trailers":
            return not message.get("more_trailers", False)
        is_last = kind == "http.response.pathsend" or (
            kind == "http.response.body" and not message.get("more_body", False)
        )
        return is_last and not self._trailers


OBSERVERS: dict[str, Callable[[RequestRecord], ObservedCall]] = {"http": ObservedRequest, "websocket": ObservedSocket}
"""Who observes a call, by the type of its scope."""


@harmless(False)
def _is_lifespan(scope: Scope) -> bool:
    return scope["type"] == "lifespan" and not instrument().settings.disabled


@harmless(None)
def _observe(scope: Scope) -> ObservedCall | None:
    """Decide whether this request is for us."""
    arrived_ns = time_ns()
    observer = OBSERVERS.get(scope["type"])
    if observer is None or instrument().settings.disabled:
        return None
    # Frameworks copy the scope but share its headers; an empty tuple is everybody's.
    mark = scope.get("headers") or scope
    if is_observed(mark):
        return None
    return observer(begin_request(_arrival(scope, arrived_ns), mark))


def _arrival(scope: Scope, arrived_ns: int) -> Arrival:
    return Arrival(
        interface="asgi",
        # A WebSocket's scope has none: it begins with a GET.
        method=str(scope.get("method", "GET" if scope["type"] == "websocket" else "")),
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
