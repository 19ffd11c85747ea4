"""A WSGI application behaves with the probe as without it, whatever it is asked and whatever it answers."""

from __future__ import annotations

import io
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.util import FileWrapper

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import wsgi, wsgi_body
from probes.stages import current_request
from probes.tracing import Instrument
from probes.types import Environ, StartResponse, WSGIApp
from probes.wsgi import WSGIProbe
from tests.probes.receiver import Receiver
from tests.probes.wsgi_client import Body, SlowInput, answering, echo, environ, observed, serve

pytestmark = pytest.mark.usefixtures("instrument")

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


@pytest.mark.parametrize("length", ["", "0"])
def test_the_input_of_a_request_without_a_body_is_left_alone(length: str) -> None:
    stream = io.BytesIO()

    def app(environ: Environ, start_response: StartResponse) -> list[bytes]:
        assert environ["wsgi.input"] is stream
        start_response("200 OK", [])
        return [b"x"]

    serve(observed(app), CONTENT_LENGTH=length, **{"wsgi.input": stream})


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


def test_disabled_means_untouched(install: Callable[..., Instrument]) -> None:
    install(disabled=True)
    body = Body()
    assert WSGIProbe(answering(body))(environ(), lambda *_: print) is body


@pytest.mark.parametrize(
    ("module", "part"),
    [
        *(
            (wsgi, part)
            for part in ("begin_request", "finish_request", "_arrival", "Response", "instrument", "observe_input")
        ),
        (wsgi_body, "_belongs_to_server"),
    ],
)
def test_a_broken_instrument_does_not_reach_the_request(
    module: Any, part: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise RuntimeError("broken instrument")

    expected = serve(echo)
    monkeypatch.setattr(module, part, raising)
    assert serve(observed(echo)) == expected
    assert "broken instrument" in caplog.text


def test_what_the_application_returned_can_be_asked_for_more_than_its_body() -> None:
    class Page(list[bytes]):
        status_code = 400

    body: Any = WSGIProbe(lambda _environ, _start: Page([b"page"]))(environ(), lambda *_: lambda _data: None)
    assert body.status_code == 400
    assert not hasattr(body, "reason")


class Asked:
    """A body that warns whoever iterates over it, as Django's asynchronous one does."""

    def __iter__(self) -> Iterator[bytes]:
        warnings.warn("iterate differently", UserWarning, stacklevel=2)
        return iter([b"a"])


@pytest.mark.parametrize("probed", [False, True])
def test_a_warning_about_who_iterates_names_the_server_s_line(probed: bool) -> None:
    app = answering(Asked())
    with pytest.warns(UserWarning, match="iterate differently") as warned:
        _, sent = serve(observed(app) if probed else app)
    assert sent == b"a"
    assert [one.filename for one in warned] == [serve.__code__.co_filename]


def test_asking_whether_a_body_can_be_iterated_over_begins_nothing(receiver: Receiver) -> None:
    body: Any = WSGIProbe(answering(Body()))(environ(), lambda *_: print)
    assert hasattr(body, "__iter__")
    assert current_request() is None
    body.close()
    assert not receiver.one("server").failed


def test_a_body_that_gives_no_iterator_has_failed(receiver: Receiver) -> None:
    class Broken:
        def __iter__(self) -> Iterator[bytes]:
            raise LookupError("no iterator")

    with pytest.raises(LookupError, match="no iterator"):
        serve(observed(answering(Broken())))
    assert receiver.one("server").attributes["error.type"] == "LookupError"
    assert current_request() is None


def test_a_body_that_knows_its_bytes_still_does() -> None:
    class Known(Body):
        def __bytes__(self) -> bytes:
            return b"head and body"

    body: Any = observed(answering(Known()))(environ(), lambda *_: print)
    assert bytes(body) == b"head and body"
