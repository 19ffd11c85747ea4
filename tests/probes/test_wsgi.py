"""A WSGI application behaves with the probe as without it, and is observed."""

from __future__ import annotations

import gc
import io
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.util import FileWrapper

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import wsgi
from probes.stages import current_request, stage
from probes.tracing import Instrument
from probes.types import Environ, StartResponse, WSGIApp
from probes.wsgi import WSGIProbe
from tests.probes.observing import PARENT, TRACE, TRACEPARENT
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")

Response = tuple[list[Any], bytes]


def environ(**changes: Any) -> Environ:
    return {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.file_wrapper": FileWrapper,
        **changes,
    }


def serve(app: WSGIApp, **changes: Any) -> Response:
    """Do what a server does with an application, and return all it was given."""
    started: list[Any] = []
    written: list[bytes] = []

    def start_response(*arguments: Any) -> Callable[[bytes], object]:
        started.append(arguments)
        return written.append

    body = app(environ(**changes), start_response)
    try:
        pieces = list(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    return started, b"".join([*written, *pieces])


class Body:
    """An iterable that counts what is done to it."""

    def __init__(self, pieces: Iterable[bytes] = (b"a", b"b", b"c"), fails_at: int = -1) -> None:
        self.pieces = list(pieces)
        self.closed = 0
        self.fails_at = fails_at

    def __iter__(self) -> Iterator[bytes]:
        for number, piece in enumerate(self.pieces):
            if number == self.fails_at:
                raise LookupError("in the middle")
            yield piece

    def close(self) -> None:
        self.closed += 1


def answering(body: Any, status: str = "200 OK") -> WSGIApp:
    def app(environ: Environ, start_response: StartResponse) -> Any:
        start_response(status, [("X-Test", "1")])
        return body

    return app


def echo(environ: Environ, start_response: StartResponse) -> list[bytes]:
    start_response("201 Created", [("X-Path", environ["PATH_INFO"])])
    return [repr(sorted((key, str(value)) for key, value in environ.items() if key != "wsgi.input")).encode()]


def observed(app: WSGIApp) -> WSGIApp:
    return WSGIProbe(app)


# The same as without.


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.text(st.characters(max_codepoint=255)),
    query=st.text(st.characters(max_codepoint=255)),
    header=st.text(st.characters(max_codepoint=255)),
)
def test_any_request_gets_the_same_answer(path: str, query: str, header: str) -> None:
    changes = {"PATH_INFO": path, "QUERY_STRING": query, "HTTP_TRACEPARENT": header, "HTTP_X_REQUEST_START": header}
    assert serve(observed(echo), **changes) == serve(echo, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"QUERY_STRING": "\xff=\xfe"},
        {"PATH_INFO": "/\udcff"},
        {"REQUEST_METHOD": "\x00"},
        {"SERVER_PROTOCOL": None, "wsgi.url_scheme": None},
        {"HTTP_TRACEPARENT": 5, "HTTP_X_REQUEST_START": object},
        {"wsgi.input": None},
    ],
)
def test_a_hostile_request_gets_the_same_answer(changes: dict[str, Any], receiver: Receiver) -> None:
    assert serve(observed(echo), **changes) == serve(echo, **changes)


def test_an_environ_with_nothing_in_it_is_served() -> None:
    assert list(WSGIProbe(answering([b"x"]))({}, lambda *_: print)) == [b"x"]


@pytest.mark.parametrize(
    "body",
    [[], [b""], [b"one"], [b"a", b"b"], (b"a",), {b"a": 1}, iter([b"a"]), b"", "text"],
    ids=lambda body: type(body).__name__,
)
def test_every_kind_of_body_is_the_same(body: Any) -> None:
    def joined(app: WSGIApp) -> list[Any]:
        return list(app(environ(), lambda *_: print))

    again = list(body) if not hasattr(body, "__next__") else [b"a"]
    assert joined(observed(answering(body))) == again


def test_a_body_that_is_none_fails_as_before() -> None:
    with pytest.raises(TypeError):
        list(WSGIProbe(answering(None))(environ(), lambda *_: print))


def test_the_length_of_a_body_is_kept() -> None:
    sized: Any = WSGIProbe(answering([b"a", b"b"]))(environ(), lambda *_: print)
    assert len(sized) == 2
    assert not hasattr(WSGIProbe(answering(Body()))(environ(), lambda *_: print), "__len__")


def test_write_and_body_are_sent_in_order(receiver: Receiver) -> None:
    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        write = start_response("200 OK", [])
        write(b"first ")
        return [b"second"]

    assert serve(observed(app)) == serve(app)
    response = receiver.one("response")
    assert response.attributes["gatescope.response.chunks"] == 2
    assert response.attributes["gatescope.response.bytes"] == 12


def test_exc_info_reaches_the_server(receiver: Receiver) -> None:
    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        try:
            raise LookupError("inside")
        except LookupError:
            start_response("200 OK", [])
            start_response("500 Oops", [], sys.exc_info())
        return [b"sorry"]

    (first, second), _ = serve(observed(app))
    assert first == ("200 OK", [])
    assert second[:2] == ("500 Oops", [])
    assert isinstance(second[2][1], LookupError)
    assert receiver.one("server").attributes["http.response.status_code"] == 500


def test_an_error_of_start_response_reaches_the_application() -> None:
    def refusing(*_: object) -> Callable[[bytes], object]:
        raise AssertionError("headers already sent")

    with pytest.raises(AssertionError, match="already sent"):
        WSGIProbe(answering([]))(environ(), refusing)


@pytest.mark.parametrize("error", [LookupError, SystemExit, KeyboardInterrupt])
def test_an_exception_of_the_application_reaches_the_server(error: type[BaseException], receiver: Receiver) -> None:
    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        raise error("out")

    with pytest.raises(error):
        WSGIProbe(app)(environ(), lambda *_: print)
    server = receiver.one("server")
    assert server.failed
    assert server.attributes["error.type"] == error.__name__


# close()


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


def test_the_conversation_has_each_word_of_the_interface_with_its_size_and_its_time(receiver: Receiver) -> None:
    body: Any = WSGIProbe(answering(Body([b"a", b"bc"])))(environ(), lambda *_: print)
    for piece in body:
        time.sleep(0.05 if piece == b"bc" else 0)
    body.close()
    attributes = receiver.one("server").attributes
    assert attributes["gatescope.conversation"] == [
        *("environ", "start_response", "piece", "piece", "StopIteration", "close"),
    ]
    assert attributes["gatescope.conversation.size"] == [0, 1, 1, 2, 0, 0]
    at, took = (attributes[f"gatescope.conversation.{name}"] for name in ("at_ns", "took_ns"))
    assert at == sorted(at)
    assert at[2] + took[2] <= at[3]
    assert took[3] >= 0.05e9 > took[2]


def test_what_was_said_is_seen_while_the_request_goes_on(receiver: Receiver) -> None:
    def said() -> list[list[str]]:
        return [span.attributes.get("gatescope.conversation", []) for span in receiver.open("server")]

    body: Any = WSGIProbe(answering(Body([b"a"])))(environ(), lambda *_: print)
    receiver.until(lambda: ["environ", "start_response"] in said())
    next(iter(body))
    receiver.until(lambda: ["environ", "start_response", "piece"] in said())
    body.close()


# The request's body.


class SlowInput(io.BytesIO):
    """A client that takes 0.05 s for each read."""

    extra = "of this server alone"

    def read(self, *sizes: Any) -> bytes:
        time.sleep(0.05)
        return super().read(*sizes)


READERS: list[Callable[[Any], Any]] = [
    lambda stream: stream.read(),
    lambda stream: [stream.read(4), stream.read(size := 3), size],
    lambda stream: [stream.readline(), stream.readline(2), stream.readlines()],
    lambda stream: stream.readlines(1),
    list,
    lambda stream: [next(stream), next(stream), list(stream)],
    lambda stream: [stream.readinto(room := bytearray(5)), room],
    lambda stream: io.BufferedReader(stream).read(),
    lambda stream: [stream.extra, hasattr(stream, "nothing"), bool(stream), stream.tell()],
]


@pytest.mark.parametrize("read", READERS)
def test_a_body_is_read_as_without_the_probe(read: Callable[[Any], Any]) -> None:
    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [])
        return [repr(read(environ["wsgi.input"])).encode()]

    def answer(app: WSGIApp) -> Any:
        return serve(app, CONTENT_LENGTH="9", **{"wsgi.input": SlowInput(b"ab\ncd\nefg")})

    assert answer(observed(app)) == answer(app)


def test_an_error_of_reading_reaches_the_application() -> None:
    class Broken(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise OSError("the client is gone")

    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read()
        return []

    with pytest.raises(OSError, match="the client is gone"):
        serve(observed(app), CONTENT_LENGTH="9", **{"wsgi.input": Broken()})


def test_the_wait_for_the_body_of_a_request_is_seen(receiver: Receiver) -> None:
    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read(2)
        environ["wsgi.input"].read()
        start_response("200 OK", [])
        return [b"x"]

    serve(observed(observed(app)), CONTENT_LENGTH="9", **{"wsgi.input": SlowInput(b"ab\ncd\nefg")})
    assert 0.1e9 <= receiver.one("server").attributes["gatescope.receive_ns"] < 5e9


@pytest.mark.parametrize("length", ["", "0"])
def test_the_input_of_a_request_without_a_body_is_left_alone(length: str) -> None:
    stream = io.BytesIO()

    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        assert environ["wsgi.input"] is stream
        start_response("200 OK", [])
        return [b"x"]

    serve(observed(app), CONTENT_LENGTH=length, **{"wsgi.input": stream})


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


# The server's file wrapper.


def test_the_file_wrapper_stays_what_the_server_knows(receiver: Receiver) -> None:
    file = io.BytesIO(b"contents")

    def app(environ: Environ, start_response: StartResponse) -> Any:
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file)

    body: Any = WSGIProbe(app)(environ(), lambda *_: print)
    assert type(body) is FileWrapper
    assert b"".join(body) == b"contents"
    assert not receiver.ended("server")
    body.close()
    assert file.closed
    assert "gatescope.response.bytes" not in receiver.one("response").attributes


def test_a_file_wrapper_that_is_a_function_gets_its_file_back(receiver: Receiver) -> None:
    file = io.BytesIO(b"contents")
    body = WSGIProbe(answering(file))(environ(**{"wsgi.file_wrapper": lambda file, *_: file}), lambda *_: print)
    assert body is file
    body.close()
    assert file.closed
    assert receiver.one("server").end_ns


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


# What is seen.


def test_the_request_is_described(receiver: Receiver) -> None:
    changes = {"SCRIPT_NAME": "/shop", "PATH_INFO": "/caf\xc3\xa9", "QUERY_STRING": "a=\xff&token=x"}
    serve(observed(answering([b"x"], "404 Not Found")), HTTP_TRACEPARENT=TRACEPARENT, **changes)
    server = receiver.one("server")
    assert (server.trace_id, server.parent_id, server.name) == (TRACE, PARENT, "GET")
    described = {
        key: server.attributes[key] for key in ("gatescope.interface", "url.path", "url.query", "url.scheme")
    }
    assert described == {
        "gatescope.interface": "wsgi",
        "url.path": "/shop/café",
        "url.query": "a=\N{REPLACEMENT CHARACTER}&token=REDACTED",
        "url.scheme": "http",
    }
    assert server.attributes["network.protocol.version"] == "1.1"
    assert server.attributes["http.request.method"] == "GET"
    assert server.attributes["http.response.status_code"] == 404
    assert server.attributes["gatescope.spans"] == 2


def test_headers_and_bodies_are_not_captured(receiver: Receiver) -> None:
    secret = "hunter2"
    serve(observed(answering([secret.encode()])), HTTP_COOKIE=secret, HTTP_AUTHORIZATION=secret)
    receiver.one("server")
    assert secret not in str(receiver.messages)


def test_stages_of_a_generator_are_inside_the_response(receiver: Receiver) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [])
        with stage("query", "late"):
            yield b"x"

    serve(observed(app))
    assert receiver.one("query").parent_id == receiver.one("response").span_id


def test_sending_and_producing_are_told_apart(receiver: Receiver) -> None:
    def slow() -> Iterator[bytes]:
        for _ in range(3):
            time.sleep(0.02)
            yield b"x"

    body: Any = WSGIProbe(answering(slow()))(environ(), lambda *_: print)
    for _ in body:
        time.sleep(0.05)
    body.close()
    response = receiver.one("response")
    sending, producing = (response.attributes[f"gatescope.response.{word}_ns"] for word in ("sending", "producing"))
    assert 140_000_000 < sending
    assert 55_000_000 < producing
    assert sending + producing <= response.end_ns - response.start_ns + 5_000_000


def test_nothing_is_left_behind_on_the_thread() -> None:
    serve(observed(answering([b"x"])))
    assert current_request() is None


def test_wrapping_twice_is_observing_once(receiver: Receiver) -> None:
    serve(observed(observed(answering([b"x"]))))
    receiver.one("response")
    receiver.one("server")


def test_a_request_made_from_within_a_request_is_one_of_its_own(receiver: Receiver) -> None:
    inner = WSGIProbe(answering([b"x"]))

    def app(environ: Environ, start_response: StartResponse) -> Any:
        serve(inner)
        return answering([b"y"])(environ, start_response)

    serve(observed(app))
    receiver.until(lambda: len(receiver.ended("server")) == 2)


def test_disabled_means_untouched(install: Callable[..., Instrument]) -> None:
    install(disabled=True)
    body = Body()
    assert WSGIProbe(answering(body))(environ(), lambda *_: print) is body


@pytest.mark.parametrize(
    "part", ["begin_request", "finish_request", "_arrival", "Response", "_is_servers_own", "instrument"]
)
def test_a_broken_instrument_does_not_reach_the_request(
    part: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise RuntimeError("broken instrument")

    expected = serve(echo)
    monkeypatch.setattr(wsgi, part, raising)
    assert serve(observed(echo)) == expected
    assert "broken instrument" in caplog.text
