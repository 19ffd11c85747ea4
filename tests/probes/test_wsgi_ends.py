"""However a request ends under WSGI, it ends once, its span says how, and nothing is left behind."""

from __future__ import annotations

import contextlib
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from probes.stages import current_request
from probes.wsgi import WSGIProbe
from tests.probes.receiver import Receiver
from tests.probes.wsgi_client import Body, answering, environ, observed, serve

pytestmark = pytest.mark.usefixtures("instrument")


@pytest.mark.parametrize("pieces_read", [0, 1, 3])
def test_the_body_is_closed_exactly_once_however_far_it_was_read(pieces_read: int, receiver: Receiver) -> None:
    inner = Body()
    body: Any = WSGIProbe(answering(inner))(environ(), lambda *_: print)
    pieces = iter(body)
    for _ in range(pieces_read):
        next(pieces)
    body.close()
    body.close()
    assert inner.closed == 1
    assert receiver.one("server").end_ns
    assert receiver.one("response").attributes["gatescope.response.chunks"] == pieces_read


def test_a_list_may_be_joined_by_a_server_that_closes_nothing(receiver: Receiver) -> None:
    """So does Granian with a list, and streams everything else."""
    body = WSGIProbe(answering([b"a", b"bc"]))(environ(), lambda *_: print)
    assert isinstance(body, list)
    assert b"".join(body) == b"abc"
    del body
    assert not receiver.one("server").failed
    assert receiver.one("response")["gatescope.response.bytes"] == 3


def test_a_body_that_is_closed_half_way_was_for_a_client_that_left(receiver: Receiver) -> None:
    body: Any = WSGIProbe(answering(Body()))(environ(), lambda *_: print)
    next(iter(body))
    body.close()
    server = receiver.one("server")
    assert server.attributes["error.type"] == "client_disconnected"
    assert server.attributes["gatescope.client_left_ns"] <= server.end_ns


@pytest.mark.parametrize("reads", [False, True])
def test_a_body_that_is_read_to_its_end_or_not_at_all_had_its_client(reads: bool, receiver: Receiver) -> None:
    body: Any = WSGIProbe(answering(Body()))(environ(), lambda *_: print)
    assert not reads or b"".join(body) == b"abc"
    body.close()
    assert not receiver.one("server").failed


def test_a_body_that_breaks_is_closed_once_and_the_span_says_so(receiver: Receiver) -> None:
    inner = Body(fails_at=1)
    with pytest.raises(LookupError, match="in the middle"):
        serve(observed(answering(inner)))
    assert inner.closed == 1
    assert receiver.one("server").failed
    assert receiver.one("response").failed


def test_an_error_of_close_reaches_the_server_and_the_span_ends(receiver: Receiver) -> None:
    class Unclosable(Body):
        def close(self) -> None:
            super().close()
            raise OSError("cannot close")

    inner = Unclosable()
    with pytest.raises(OSError, match="cannot close"):
        serve(observed(answering(inner)))
    assert inner.closed == 1
    assert receiver.one("server").failed


def test_a_server_that_never_closes_does_not_leave_the_span_open(receiver: Receiver) -> None:
    inner = Body()
    assert b"".join(WSGIProbe(answering(inner))(environ(), lambda *_: print)) == b"abc"
    gc.collect()
    assert receiver.one("server").end_ns
    assert inner.closed == 0


def test_a_body_whose_close_cannot_be_hooked_ends_at_the_hand_over(receiver: Receiver) -> None:
    class Closed:
        __slots__ = ()

        def __iter__(self) -> Iterator[bytes]:
            return iter([b"x"])

        def close(self) -> None:
            """Do nothing."""

    body = WSGIProbe(answering(Closed()))(environ(**{"wsgi.file_wrapper": Closed}), lambda *_: print)
    assert receiver.one("server").end_ns
    assert list(body) == [b"x"]


def test_nothing_is_left_behind_on_the_thread() -> None:
    serve(observed(answering([b"x"])))
    assert current_request() is None


def fail_while_sending(error: Exception) -> None:
    """Do what a server does that fails with ``error`` on a piece of the body."""
    body: Any = WSGIProbe(answering(Body()))(environ(), lambda *_: print)
    try:
        next(iter(body))
        raise error
    except type(error):
        body.close()


@pytest.mark.parametrize("error", [TypeError("not bytes"), AssertionError(), RuntimeError(), ValueError("too long")])
def test_a_body_that_the_server_closes_for_an_error_of_its_own_failed_and_nobody_left(
    error: Exception, receiver: Receiver
) -> None:
    fail_while_sending(error)
    for kind in ("server", "response"):
        assert receiver.one(kind).attributes["error.type"] == type(error).__name__
    assert "gatescope.client_left_ns" not in receiver.one("server").attributes


class ClientDisconnected(Exception):  # noqa: N818 - as Waitress calls it
    """What Waitress raises."""


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), ConnectionResetError(), OSError("write error"), ClientDisconnected()]
)
def test_a_body_that_the_server_closes_because_it_cannot_send_was_for_a_client_that_left(
    error: Exception, receiver: Receiver
) -> None:
    fail_while_sending(error)
    assert receiver.one("server").attributes["error.type"] == "client_disconnected"


def test_an_error_that_was_being_handled_before_the_request_is_none_of_it(receiver: Receiver) -> None:
    try:
        raise LookupError("of the server's past")
    except LookupError:
        serve(observed(answering(Body())))
    assert not receiver.one("server").failed


def test_a_body_without_a_status_is_no_success(receiver: Receiver) -> None:
    body: Any = WSGIProbe(lambda *_: [b"start_response was not called"])(environ(), lambda *_: print)
    assert b"".join(body)
    body.close()
    server = receiver.one("server")
    assert server.failed
    assert server.attributes["error.type"] == "response_not_started"
    assert "http.response.status_code" not in server.attributes


class File:
    """Something that a failed body holds open."""


def dies_holding(watched: list[weakref.ref[File]]) -> Iterator[bytes]:
    file = File()
    watched.append(weakref.ref(file))
    yield b"a"
    raise LookupError("in the middle")


@pytest.mark.parametrize("probe", [lambda app: app, WSGIProbe])
def test_what_a_failed_body_held_is_freed_at_once(probe: Any) -> None:
    watched: list[weakref.ref[File]] = []
    gc.disable()
    try:
        body: Any = probe(lambda *_: dies_holding(watched))(environ(), lambda *_: print)
        with contextlib.suppress(LookupError):
            for _ in body:
                pass
        assert watched[0]() is None
        body.close()
    finally:
        gc.enable()


@pytest.mark.parametrize("probe", [lambda app: app, WSGIProbe])
def test_what_a_failed_call_held_is_freed_at_once(probe: Any) -> None:
    watched: list[weakref.ref[File]] = []

    def app(environ: Any, start_response: Any) -> Any:
        file = File()
        watched.append(weakref.ref(file))
        raise LookupError("at once")

    gc.disable()
    try:
        with contextlib.suppress(LookupError):
            probe(app)(environ(), lambda *_: print)
        assert watched[0]() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("probe", [lambda app: app, WSGIProbe])
def test_a_generator_that_is_cut_ends_before_its_body_is_closed(probe: Any) -> None:
    order: list[str] = []

    class Cut:
        def __iter__(self) -> Iterator[bytes]:
            try:
                yield b"a"
                yield b"b"
            finally:
                order.append("generator")

        def close(self) -> None:
            order.append("close")

    body: Any = probe(answering(Cut()))(environ(), lambda *_: print)
    with contextlib.suppress(BrokenPipeError):
        for _ in body:
            raise BrokenPipeError
    body.close()
    assert order == ["generator", "close"]
