"""Observes any ASGI application: wrap it in `ASGIProbe`.

The outermost of our code in the server process. Twin of `wsgi`: the same sections in the same order, so that the diff
of the two files shows how the two interfaces differ. What only ASGI needs stands beside it: `lifespan` and
`websocket`, and in `asgi_call` what a WebSocket shares with a request.
"""

from collections.abc import Callable
from time import time_ns
from typing import Any

from . import attributes
from .arrival import Arrival
from .asgi_call import ObservedCall, describe_message, is_cancellation
from .company.install import install as observe_company
from .company.own_opentelemetry import begin_request
from .delivery.last_moment import expect_sigterm
from .failsafe import harmless
from .lifespan import ObservedLifespan
from .recording import RequestRecord
from .request import UNHEARD, finish_request, is_message, is_observed, is_unheard
from .request_body import RequestBody
from .response import NOT_COMPLETED, NOT_STARTED, Response, is_departure
from .routing import endpoint_in_scope, note_route, route_in_scope
from .stages import enter, leave, time_awaitable
from .tracing import instrument
from .types import ASGIApp, Message, Receive, Scope, Send
from .websocket import ObservedSocket


class ASGIProbe:
    """An ASGI application that behaves like ``app``, observed."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        expect_sigterm()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        __traceback_hide__ = True
        if _is_lifespan(scope):
            return await ObservedLifespan(send).run(self.app, scope, receive)
        if is_unheard():
            return await self._pass_through(scope, receive, send)
        call = _observe(scope, receive, send)
        if call is None:
            return await self.app(scope, receive, send)
        return await self._run(call, scope)

    async def _pass_through(self, scope: Scope, receive: Receive, send: Send) -> Any:
        __traceback_hide__ = True
        token = enter(UNHEARD)
        try:
            return await self.app(scope, receive, send)
        finally:
            leave(token)

    async def _run(self, call: ObservedCall, scope: Scope) -> Any:
        """Call the application: the request or the WebSocket is over when it returns."""
        call.log.record("scope")
        token = enter(call.record.server)
        try:
            result: Any = await time_awaitable(self.app(scope, call.receive, call.send), call.record.server)
        except BaseException as error:
            call.finish(error)
            raise
        else:
            call.finish(None)
            return result
        finally:
            leave(token)


class ObservedRequest(ObservedCall):
    """One request on its way through the application and back; owns everything known about it."""

    __slots__ = ("_abandoned", "_complete", "_trailers", "body", "response")

    def __init__(self, record: RequestRecord, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(record, scope, receive, send)
        self.body = RequestBody(record.server, self.log)
        self.response = Response(record.server)
        self._abandoned = False
        self._complete = False
        self._trailers = False

    async def receive(self) -> Message:
        """Stand in for the server's ``receive``: the time it takes is the client's and the network's."""
        __traceback_hide__ = True
        event = self.log.begin("receive")
        try:
            message = await self._receive()
        except BaseException:
            event.end()
            raise
        waited_ns = self.log.end(event, *describe_message(message))
        self._note_received(message, waited_ns)
        return message

    async def send(self, message: Message) -> None:
        """Stand in for the server's ``send``: the time it takes is the client's and the network's."""
        __traceback_hide__ = True
        self._note_sending(message)
        event = self.log.begin(*describe_message(message))
        try:
            await self._send(message)
        except BaseException as error:
            event.end()
            self._note_send_failed(error)
            raise
        self._note_sent(message, self.log.end(event))

    @harmless(None)
    def finish(self, error: BaseException | None) -> None:
        """Close the request's stages; once, later calls do nothing."""
        self.body.end()
        if error is None:
            self._note_unanswered()
        elif self.record.answered or self._abandoned:
            # Servers cancel what goes on for a client that has its answer or has left: nothing failed.
            error = None if is_cancellation(error) or (self._abandoned and is_departure(error)) else error
        self.response.end(error)
        finish_request(self.record, self.response.status, error)

    @harmless(None)
    def _note_received(self, message: Message, waited_ns: int) -> None:
        if message["type"] == "http.request" and (message.get("body") or message.get("more_body")):
            self.body.add_wait(waited_ns)
        elif message["type"] == "http.disconnect":
            self._note_left()

    def _note_left(self) -> None:
        if not (self._complete or self._abandoned):
            self._abandoned = True
            self.response.mark_client_left()

    @harmless(None)
    def _note_send_failed(self, error: BaseException) -> None:
        """Say who ended the response: a client that has left, or a server that would not send this."""
        if is_cancellation(error):
            self.response.end(error)
        elif is_departure(error):
            self._complete = False  # its last piece was not sent
            self._note_left()
            self.response.end(error)
        else:
            self.response.note_error(error)
            self.response.end()

    def _note_unanswered(self) -> None:
        if self.response.status is None:
            self.response.note_unanswered(NOT_STARTED)
        elif not self._complete:
            self.response.note_unanswered(NOT_COMPLETED)

    @harmless(None)
    def _note_sending(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._note_start(message)
        # Before sending: Hypercorn says "disconnect" while it sends the last chunk, though the client is there.
        self._complete = self._complete or self._completes(message)

    def _note_start(self, message: Message) -> None:
        self.record.asked = None
        self.response.note_status(int(message["status"]))
        self._trailers = bool(message.get("trailers"))
        if attributes.ROUTE not in (self.record.server.attributes or ()):  # Django, below a mount, knows it better
            note_route(self.record.server, route_in_scope(self._scope))
        self.record.server.describe(endpoint_in_scope(self._scope))
        self.response.begin()

    @harmless(None)
    def _note_sent(self, message: Message, sending_ns: int) -> None:
        if message["type"] == "http.response.body":
            self.response.add_chunk(len(message.get("body", b"")), sending_ns)
        elif message["type"] == "http.response.pathsend":
            self.response.stop_counting()
        if self._complete:
            self.record.answered = True
            self.response.end()

    def _completes(self, message: Message) -> bool:
        """Return whether ``message`` is the last one of the response."""
        kind = message["type"]
        if kind == "http.response.trailers":
            return not message.get("more_trailers", False)
        is_last = kind == "http.response.pathsend" or (
            kind in {"http.response.body", "http.response.zerocopysend"} and not message.get("more_body", False)
        )
        return is_last and not self._trailers


OBSERVERS: dict[str, Callable[[RequestRecord, Scope, Receive, Send], ObservedCall]] = {
    "http": ObservedRequest,
    "websocket": ObservedSocket,
}
"""The observer of a call, by the type of its scope."""


@harmless(False)
def _is_lifespan(scope: Scope) -> bool:
    return scope["type"] == "lifespan" and not instrument().settings.disabled


@harmless(None)
def _observe(scope: Scope, receive: Receive, send: Send) -> ObservedCall | None:
    """Return the observed call, or None when it is not ours to observe."""
    arrived_ns = time_ns()
    observer = OBSERVERS.get(scope["type"])
    if observer is None or instrument().settings.disabled:
        return None
    if isinstance(getattr(receive, "__self__", None), ObservedCall):
        return None  # what an outer probe handed in may come here with another scope
    # Frameworks copy the scope but share its headers; an empty tuple is the same object everywhere.
    request_token = scope.get("headers") or scope
    arrival = _arrival(scope, arrived_ns)
    if is_observed(request_token, arrival):
        return None
    if arrival.method == "POST" and _is_message(scope, arrival):
        return None
    observe_company()
    return observer(begin_request(arrival, request_token), scope, receive, send)


def _is_message(scope: Scope, arrival: Arrival) -> bool:
    sender, host = (next(iter(_headers(scope, name)), "") for name in (b"x-gatescope-sender", b"host"))
    return is_message(sender, host, arrival.path)


def _arrival(scope: Scope, arrived_ns: int) -> Arrival:
    return Arrival(
        interface="asgi",
        # A WebSocket's scope has no method: it begins with a GET.
        method=str(scope.get("method", "GET" if scope["type"] == "websocket" else "")),
        path=str(scope.get("path", "")),
        query=_text(scope.get("query_string", b"")),
        scheme=str(scope.get("scheme", "")),
        protocol_version=str(scope.get("http_version", "")),
        traceparents=_headers(scope, b"traceparent"),
        tracestates=_headers(scope, b"tracestate"),
        request_start=next(iter(_headers(scope, b"x-request-start")), None),
        server_notes=scope,
        arrived_ns=arrived_ns,
    )


def _text(value: bytes | str) -> str:
    """Return what the client sent: ASGI passes it as bytes, Django's tests and some clients of theirs as text."""
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _headers(scope: Scope, name: bytes) -> list[str]:
    headers = scope.get("headers")
    if not isinstance(headers, list | tuple):
        return []  # reading any other iterable could exhaust it
    return [value.decode("latin-1") for key, value in headers if key.lower() == name]
