"""Observes any WSGI application: wrap it in `WSGIProbe`.

The first thing inside the server process. Twin of `probes.asgi`: read them side by side, their
difference is the difference of the two interfaces.
"""

from collections.abc import Callable, Iterable, Iterator
from time import time_ns
from typing import Any

from .failsafe import harmless
from .protocol_log import ProtocolEvent, ProtocolLog, size_of
from .recording import RequestRecord
from .request import Arrival, begin_request, finish_request, is_observed
from .request_body import RequestBody, observe_input
from .response import Response
from .routing import found_in_environ
from .stages import enter, leave
from .tracing import instrument
from .types import Environ, StartResponse, Write, WSGIApp


class WSGIProbe:
    """A WSGI application that does what ``app`` does, observed."""

    def __init__(self, app: WSGIApp) -> None:
        self.app = app

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = _observe(environ)
        if request is None:
            return self.app(environ, start_response)
        return request.run(self.app, environ, start_response)


class ObservedRequest:
    """One request on its way through the application and back; owns everything known about it."""

    __slots__ = ("_environ", "_start_response", "body", "conversation", "record", "response")

    def __init__(self, record: RequestRecord) -> None:
        self.record = record
        self.conversation = ProtocolLog(record)
        self.body = RequestBody(record.server, self.conversation)
        self.response = Response(record.server)

    def run(self, app: WSGIApp, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Call the application and return its body, observed."""
        self._environ, self._start_response = environ, start_response
        self._observe_input(environ)
        self.conversation.had("environ")
        token = enter(self.record.server)
        try:
            body = app(environ, self.start_response)
        except BaseException as error:
            self.finish(error)
            raise
        finally:
            leave(token)
        observed = _observe_body(self, body, environ.get("wsgi.file_wrapper"))
        return body if observed is None else observed

    def start_response(self, *arguments: Any, **named: Any) -> Write:
        """Stand in for the server's ``start_response``, with whatever the application gives it."""
        said = self.conversation.begins("start_response", _number_of_headers(*arguments))
        write = self._start_response(*arguments, **named)
        self.conversation.ends(said)
        self._note_status(*arguments)
        return _observe_write(self, write)

    @harmless(None)
    def finish(self, error: BaseException | None) -> None:
        """Close the request's stages; once, later calls do nothing."""
        self.body.end()
        self.response.end(error)
        finish_request(self.record, self.response.status, error)

    @harmless(None)
    def _observe_input(self, environ: Environ) -> None:
        # A probe further in recognises the request by its input, which is now ours.
        self.record.mark = observe_input(environ, self.body) or self.record.mark

    @harmless(None)
    def _note_status(self, status: str = "", *_: object) -> None:
        self.response.status = int(status[:3])
        self.record.server.update(found_in_environ(self._environ))


class ObservedBody:
    """The application's iterable: producing each piece, and the server's sending of it, are timed."""

    def __init__(self, request: ObservedRequest, body: Iterable[bytes]) -> None:
        self._request = request
        self._body = body
        self._pieces: Iterator[bytes] | None = None
        self._error: BaseException | None = None
        self._closed = False
        self._at_end = False
        self._handed: ProtocolEvent | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self._note_sent()
        token = enter(self._request.response.stage)
        try:
            if self._pieces is None:
                # Only now and only once: Django fetches a whole asynchronous body when asked for its iterator.
                self._pieces = iter(self._body)
            piece = next(self._pieces)
        except StopIteration:
            self._at_end = True
            self._request.conversation.had("StopIteration")
            raise
        except BaseException as error:
            self._error = error
            raise
        finally:
            leave(token)
        self._note_handed(piece)
        return piece

    def close(self) -> None:
        """Close the application's iterable, exactly once, and with it the request's stages."""
        if self._closed:
            return
        self._closed = True
        self._note_sent()
        self._note_left()
        said = self._request.conversation.begins("close")
        token = enter(self._request.response.stage)
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        except BaseException as error:
            self._error = self._error or error
            raise
        finally:
            leave(token)
            self._request.conversation.ends(said)
            self._request.finish(self._error)

    def __del__(self) -> None:
        # A server that never calls close() breaks the protocol; its spans end nevertheless.
        self._request.finish(self._error)

    @harmless(None)
    def _note_left(self) -> None:
        # PEP 3333: a body is closed part-way when the application failed or "an early disconnect of the browser".
        if self._pieces is not None and not (self._at_end or self._error):
            self._request.record.server.client_left()

    @harmless(None)
    def _note_handed(self, piece: bytes) -> None:
        self._handed = self._request.conversation.begins("piece", len(piece))

    @harmless(None)
    def _note_sent(self) -> None:
        if self._handed is not None:
            self._request.response.sent(self._handed.size, self._request.conversation.ends(self._handed))
            self._handed = None


class SizedBody(ObservedBody):
    """A body whose number of pieces is known: from one piece servers derive a Content-Length."""

    def __iter__(self) -> Iterator[bytes]:
        self._pieces = None  # a container can be gone through again
        return self

    def __len__(self) -> int:
        return len(self._body)  # type: ignore[arg-type]  # made for sized bodies only


@harmless(None)
def _observe(environ: Environ) -> ObservedRequest | None:
    """Decide whether this request is for us."""
    arrived_ns = time_ns()
    mark = environ.get("wsgi.input")
    mark = environ if mark is None else mark
    if instrument().settings.disabled or is_observed(mark):
        return None
    return ObservedRequest(begin_request(_arrival(environ, arrived_ns), mark))


def _arrival(environ: Environ, arrived_ns: int) -> Arrival:
    traceparent = environ.get("HTTP_TRACEPARENT")
    return Arrival(
        interface="wsgi",
        method=str(environ.get("REQUEST_METHOD", "")),
        path=_text(f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}"),
        query=_text(str(environ.get("QUERY_STRING", ""))),
        scheme=str(environ.get("wsgi.url_scheme", "")),
        protocol_version=str(environ.get("SERVER_PROTOCOL", "")).removeprefix("HTTP/"),
        traceparents=() if traceparent is None else (traceparent,),
        request_start=environ.get("HTTP_X_REQUEST_START"),
        server_notes=environ,
        arrived_ns=arrived_ns,
    )


def _text(value: str) -> str:
    """Return what the client sent: WSGI passes its bytes as Latin-1 characters."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")


@harmless(0)
def _number_of_headers(_status: object = "", headers: object = (), *_: object) -> int:
    return len(headers) if isinstance(headers, list | tuple) else 0


def _observe_write(request: ObservedRequest, write: Write) -> Write:
    """Return the server's ``write``, timed; the response begins when it is used."""

    def timed(data: bytes) -> object:
        request.response.begin()
        said = request.conversation.begins("write", size_of(data))
        result = write(data)
        request.response.sent(said.size, request.conversation.ends(said))
        return result

    return timed


@harmless(None)
def _observe_body(request: ObservedRequest, body: Iterable[bytes], file_wrapper: object) -> Iterable[bytes] | None:
    """Return what the server gets instead of ``body``; None means: the body itself."""
    request.response.begin()
    if _is_servers_own(body, file_wrapper):
        request.response.uncounted()
        request.conversation.had("file")
        if not _hook_close(body, request.finish):
            request.finish(None)
        return None
    return SizedBody(request, body) if hasattr(body, "__len__") else ObservedBody(request, body)


def _is_servers_own(body: object, file_wrapper: object) -> bool:
    """Say whether the server recognises ``body`` by its identity or type, so that it must stay itself.

    That is the server's file wrapper (uWSGI's is a function that returns the file) and what is no
    iterable of bytes at all.
    """
    if isinstance(body, bytes | str) or not hasattr(body, "__iter__"):
        return True
    if isinstance(file_wrapper, type):
        return isinstance(body, file_wrapper)
    return file_wrapper is not None and hasattr(body, "read")


def _hook_close(body: Any, finish: Callable[[BaseException | None], None]) -> bool:
    """Have ``body.close()`` also finish the request; return False where that cannot be."""
    inner = getattr(body, "close", None)

    def close() -> None:
        error: BaseException | None = None
        try:
            if inner is not None:
                inner()
        except BaseException as problem:
            error = problem
            raise
        finally:
            finish(error)

    try:
        body.close = close
    except (AttributeError, TypeError):
        return False
    return True
