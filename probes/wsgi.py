"""Observes any WSGI application: wrap it in `WSGIProbe`.

The outermost of our code in the server process. Twin of `asgi`: the same sections in the same order, so that the diff
of the two files shows how the two interfaces differ. What only WSGI needs stands beside it: `wsgi_input` and
`wsgi_body`.
"""

from collections.abc import Iterable
from time import time_ns
from typing import Any

from .arrival import Arrival
from .company.install import install as observe_company
from .company.own_opentelemetry import begin_request
from .delivery.last_moment import expect_sigterm
from .failsafe import harmless
from .recording import RequestRecord
from .request import UNHEARD, finish_request, is_message, is_observed, is_unheard, start_log
from .request_body import RequestBody
from .response import NOT_STARTED, Response
from .routing import note_route, route_in_environ
from .stages import enter, follow_greenlet, leave
from .tracing import instrument
from .types import Environ, StartResponse, Write, WSGIApp
from .wsgi_body import observe_body, observe_write
from .wsgi_input import observe_input


class WSGIProbe:
    """A WSGI application that behaves like ``app``, observed."""

    def __init__(self, app: WSGIApp) -> None:
        self.app = app
        expect_sigterm()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        __traceback_hide__ = True
        if is_unheard():
            return self._pass_through(environ, start_response)
        call = _observe(environ, start_response)
        if call is None:
            return self.app(environ, start_response)
        return self._run(call, environ)

    def _pass_through(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        __traceback_hide__ = True
        token = enter(UNHEARD)
        try:
            return self.app(environ, start_response)
        finally:
            leave(token)

    def _run(self, call: "ObservedRequest", environ: Environ) -> Iterable[bytes]:
        """Call the application and return its body, observed: the request goes on until the server closes that."""
        follow_greenlet(call.record.server)
        call.log.record("environ")
        token = enter(call.record.server)
        try:
            body = self.app(environ, call.start_response)
        except BaseException as error:
            call.finish(error)
            raise
        finally:
            leave(token)
        observed = observe_body(body, environ.get("wsgi.file_wrapper"), call.log, call.response, call.finish)
        return body if observed is None else observed


class ObservedRequest:
    """One request on its way through the application and back; owns everything known about it."""

    __slots__ = ("_environ", "_start_response", "body", "log", "record", "response")

    def __init__(self, record: RequestRecord, environ: Environ, start_response: StartResponse) -> None:
        self.record = record
        self.log = start_log(record)
        self.body = RequestBody(record.server, self.log)
        self.response = Response(record.server)
        self._environ, self._start_response = environ, start_response
        self._observe_input()

    def start_response(self, *arguments: Any, **named: Any) -> Write:
        """Stand in for the server's ``start_response``, with whatever the application passes."""
        __traceback_hide__ = True
        event = self.log.begin("start_response", _number_of_headers(arguments, named))
        try:
            write = self._start_response(*arguments, **named)
        finally:
            self.log.end(event)
        self._note_start(arguments, named)
        return observe_write(write, self.log, self.response)

    @harmless(None)
    def finish(self, error: BaseException | None) -> None:
        """Close the request's stages; once, later calls do nothing."""
        self.body.end()
        if self.record.asked is not None and error is None:
            self.response.note_unanswered(NOT_STARTED)
        self.response.end(error)
        finish_request(self.record, self.response.status, error)

    @harmless(None)
    def _observe_input(self) -> None:
        # An inner probe recognises the request by its input, which is ours from now on.
        self.record.request_token = observe_input(self._environ, self.body) or self.record.request_token

    @harmless(None)
    def _note_start(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        self.record.asked = None
        self.response.note_status(_status_code(arguments, named))
        note_route(self.record.server, route_in_environ(self._environ))


@harmless(None)
def _observe(environ: Environ, start_response: StartResponse) -> ObservedRequest | None:
    """Return the observed request, or None when it is not ours to observe."""
    arrived_ns = time_ns()
    if instrument().settings.disabled or isinstance(getattr(start_response, "__self__", None), ObservedRequest):
        return None  # what an outer probe handed in may come here with another environ
    # Frameworks copy the environ but share its input.
    stream = environ.get("wsgi.input")
    request_token = environ if stream is None else stream
    arrival = _arrival(environ, arrived_ns)
    if is_observed(request_token, arrival):
        return None
    if arrival.method == "POST" and _is_message(environ, arrival):
        return None
    observe_company()
    return ObservedRequest(begin_request(arrival, request_token), environ, start_response)


def _is_message(environ: Environ, arrival: Arrival) -> bool:
    sender, host = (environ.get(name, "") for name in ("HTTP_X_GATESCOPE_SENDER", "HTTP_HOST"))
    return is_message(sender, host, arrival.path)


def _arrival(environ: Environ, arrived_ns: int) -> Arrival:
    traceparent, tracestate = environ.get("HTTP_TRACEPARENT"), environ.get("HTTP_TRACESTATE")
    return Arrival(
        interface="wsgi",
        method=str(environ.get("REQUEST_METHOD", "")),
        path=_text(f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"),
        query=_text(str(environ.get("QUERY_STRING", ""))),
        scheme=str(environ.get("wsgi.url_scheme", "")),
        protocol_version=str(environ.get("SERVER_PROTOCOL", "")).removeprefix("HTTP/"),
        traceparents=() if traceparent is None else (traceparent,),
        tracestates=() if tracestate is None else (tracestate,),
        request_start=environ.get("HTTP_X_REQUEST_START"),
        server_notes=environ,
        arrived_ns=arrived_ns,
    )


def _text(value: str) -> str:
    """Return what the client sent: WSGI passes its bytes as Latin-1 characters."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")


@harmless(0)
def _number_of_headers(arguments: tuple[Any, ...], named: dict[str, Any]) -> int:
    lists = [value for value in (*arguments, *named.values()) if isinstance(value, list)]
    return len(lists[0]) if lists else 0


def _status_code(arguments: tuple[Any, ...], named: dict[str, Any]) -> int | None:
    """Return the status that the server accepted; None when it is not a number.

    Servers name the parameter as they like, and the first argument is the status.
    """
    status = arguments[0] if arguments else named.get("status", next(iter(named.values()), ""))
    text = status.decode("latin-1") if isinstance(status, bytes | bytearray) else f"{status}"
    code = f"{status:d}" if isinstance(status, int) else text.strip()[:3]
    return int(code) if code.isascii() and code.isdecimal() else None
