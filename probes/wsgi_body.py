"""The body of a WSGI response: the application's iterable, or what it passes to ``write``, with each chunk timed.

Under ASGI a body is a series of messages, which `asgi` sees on their way. Under WSGI the server takes it from an
iterable after the application has returned, so something has to stand in for that iterable.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextvars import Token  # noqa: TC003 - beside the others
from functools import partial
from typing import Any

from .failsafe import harmless
from .protocol_log import ProtocolEvent, ProtocolLog, size_of
from .recording import Stage  # noqa: TC001 - beside the others
from .response import NOT_COMPLETED, Response, is_departure
from .stages import enter, leave
from .types import Write

Finish = Callable[[BaseException | None], None]
"""Called when the body is closed, with the error that ended it, if any."""


@harmless(None)
def observe_body(
    body: Iterable[bytes], file_wrapper: object, log: ProtocolLog, response: Response, finish: Finish
) -> Iterable[bytes] | None:
    """Return what the server gets instead of ``body``; None means ``body`` itself."""
    response.begin()
    if _belongs_to_server(body, file_wrapper):
        response.stop_counting()
        log.record("file")
        if not _hook_close(body, finish):
            finish(None)
        return None
    if isinstance(body, list):
        return ListBody(body, log, response, finish)
    kind = SizedBody if hasattr(body, "__len__") else ObservedBody
    return kind(body, log, response, finish)


def observe_write(write: Write, log: ProtocolLog, response: Response) -> Write:
    """Return the server's ``write``, timed; the response begins when it is used."""

    def timed_write(data: bytes) -> object:
        __traceback_hide__ = True
        response.begin()
        event = log.begin("write", size_of(data))
        result = write(data)
        response.add_chunk(event.size, log.end(event))
        return result

    return timed_write


class ObservedBody:
    """The application's iterable: producing each chunk, and the server's sending of it, are timed."""

    _iterates_anew = False
    """Whether it is a container, which can be iterated over again."""

    def __init__(self, body: Iterable[bytes], log: ProtocolLog, response: Response, finish: Finish) -> None:
        self._body = body
        self._log = log
        self._response = response
        self._finish = finish
        self._chunks: Iterator[bytes] | None = None
        self._failed = False
        self._closed = False
        self._handled = id(sys.exc_info()[1])  # what was already being handled has nothing to do with this body
        self._exhausted = False
        self._sending: ProtocolEvent | None = None
        self._starting: Token[Stage] | None = None
        """What was current before the application was asked for its iterator, until it has given one."""

    def __getattr__(self, name: str) -> Any:
        # Whoever calls a handler without a server, such as a test, may look at what the application returned.
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._body, name)

    def __bytes__(self) -> bytes:
        return bytes(self._body)  # type: ignore[arg-type]  # what Django's responses know to do

    @property
    def __iter__(self) -> Callable[[], Iterator[bytes]]:
        """Ask the application for its iterator when the server asks, and give the server ourselves.

        Between the two stand functions of the interpreter alone: a warning of the application's about who iterates,
        such as Django's of an asynchronous body, names the server's line as it does without us.
        """
        if self._chunks is not None and not self._iterates_anew:
            return lambda: self
        return partial(next, map(self._start, map(iter, map(self._begin_start, (self._body,)))))

    def _begin_start(self, body: Iterable[bytes]) -> Iterable[bytes]:
        self._chunks = None
        self._starting = enter(self._response.stage)
        return body

    def _start(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        self._chunks = chunks
        self._end_start()
        return self

    def _end_start(self) -> None:
        starting, self._starting = self._starting, None
        if starting is not None:
            leave(starting)

    def __next__(self) -> bytes:
        __traceback_hide__ = True
        self._note_sent()
        token = enter(self._response.stage)
        try:
            if self._chunks is None:
                # Only once: Django fetches a whole asynchronous body when asked for its iterator.
                self._chunks = iter(self._body)
            chunk = next(self._chunks)
        except StopIteration:
            self._exhausted = True
            self._response.note_complete()
            self._log.record("StopIteration")
            raise
        except BaseException as error:
            # Only described: a reference would keep the frames of the application, and what is open in them, alive.
            self._failed = True
            self._response.note_error(error)
            raise
        finally:
            leave(token)
        self._note_sending(chunk)
        return chunk

    def close(self) -> None:
        """Close the application's iterable, exactly once, and with it the request's stages."""
        __traceback_hide__ = True
        if self._closed:
            return
        self._closed = True
        self._note_sent()
        self._note_cut()
        self._end_start()
        event = self._log.begin("close")
        token = enter(self._response.stage)
        try:
            if self._chunks is not None:
                self._chunks = iter(())  # a server's loop lets go of the iterator before it closes the body
            if hasattr(self._body, "close"):
                self._body.close()
        except BaseException as error:
            if not self._failed:
                self._response.note_error(error)
            raise
        finally:
            leave(token)
            self._log.end(event)
            self._finish(None)

    def __del__(self) -> None:
        # A server that never calls close() breaks the protocol; its spans end nevertheless.
        self._finish(None)

    @harmless(None)
    def _note_cut(self) -> None:
        """Say why the server closes the body now, unless it has all of it or the application failed."""
        if self._failed or self._response.status is None:
            return  # what a server makes of an answer that was never begun follows from that
        problem = sys.exc_info()[1]
        if self._starting is not None:  # the application gave no iterator
            self._response.note_unanswered(NOT_COMPLETED) if problem is None else self._response.note_error(problem)
        elif problem is not None and id(problem) != self._handled and not is_departure(problem):
            self._response.note_error(problem)
        elif self._chunks is not None and not self._exhausted:
            # PEP 3333: a body is closed part-way when the application failed or "an early disconnect of the browser".
            self._response.mark_client_left()

    @harmless(None)
    def _note_sending(self, chunk: bytes) -> None:
        self._sending = self._log.begin("piece", len(chunk))

    @harmless(None)
    def _note_sent(self) -> None:
        if self._sending is not None:
            self._response.add_chunk(self._sending.size, self._log.end(self._sending))
            self._sending = None


class SizedBody(ObservedBody):
    """A body whose number of chunks is known: from a single one servers derive a Content-Length."""

    _iterates_anew = True

    def __len__(self) -> int:
        return len(self._body)  # type: ignore[arg-type]  # made for sized bodies only


class ListBody(SizedBody, list[bytes]):
    """A body that is a list: Granian joins one, and sends everything else in chunks."""

    def __init__(self, body: list[bytes], log: ProtocolLog, response: Response, finish: Finish) -> None:
        list.__init__(self, body)
        super().__init__(body, log, response, finish)


def _belongs_to_server(body: object, file_wrapper: object) -> bool:
    """Return whether the server recognises ``body`` by its identity or type, so that it must not be replaced.

    That is the server's file wrapper (uWSGI's is a function that returns the file), and anything that is not an
    iterable of bytes at all.
    """
    if isinstance(body, bytes | str) or not hasattr(body, "__iter__"):
        return True
    if isinstance(file_wrapper, type):
        return isinstance(body, file_wrapper)
    return file_wrapper is not None and hasattr(body, "read")


def _hook_close(body: Any, finish: Finish) -> bool:
    """Make ``body.close()`` also finish the request; return False where that is impossible."""
    inner = getattr(body, "close", None)

    def close() -> None:
        __traceback_hide__ = True
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
