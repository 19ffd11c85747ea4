"""An ASGI application behaves with the probe as without it, and is observed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probes import asgi
from probes.asgi import ASGIProbe
from probes.conversation import FIRST_KEPT, LAST_KEPT
from probes.delivery import ANSWER_S
from probes.stages import current_request
from probes.tracing import Instrument
from probes.types import ASGIApp, Message, Receive, Scope, Send
from tests.probes.observing import PARENT, TRACE, TRACEPARENT
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")


def http(**changes: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 80),
        **changes,
    }


async def nothing_comes() -> Message:
    await asyncio.sleep(30)
    return {"type": "http.disconnect"}


async def ignore(message: Message) -> None:
    """Send nowhere."""


async def serve(app: ASGIApp, scope: Scope, *received: Message) -> list[Message]:
    """Do what a server does with an application, and return all it sent."""
    sent: list[Message] = []
    waiting = list(received)

    async def receive() -> Message:
        return waiting.pop(0) if waiting else await nothing_comes()

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def start(status: int = 200, **more: Any) -> Message:
    return {"type": "http.response.start", "status": status, "headers": [(b"x-test", b"1")], **more}


def body(data: bytes = b"", *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}


def sending(*messages: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            await send(message)

    return app


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    await send(start(201))
    await send(body(repr(sorted((key, str(value)) for key, value in scope.items())).encode()))


hello = sending(start(), body(b"hello"))


# The same as without.


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.binary(), name=st.binary(), value=st.binary(), path=st.text())
async def test_any_request_gets_the_same_answer(query: bytes, name: bytes, value: bytes, path: str) -> None:
    headers = [(name, value), (b"traceparent", value), (b"x-request-start", value)]
    scope = http(query_string=query, headers=headers, path=path)
    assert await serve(ASGIProbe(echo), dict(scope)) == await serve(echo, dict(scope))


@pytest.mark.parametrize(
    "changes",
    [
        {"query_string": b"a=\xff&\xfe"},
        {"client": None, "server": None},
        {"path": "/\udcff"},
        {"headers": ()},
        {"headers": []},
        {"headers": [(b"traceparent", b"\xff")]},
        pytest.param({"headers": iter([(b"a", b"b")])}, id="headers from an iterator"),
        {"headers": [("text", "text")]},
        {"http_version": None, "method": None, "scheme": None},
        {"query_string": "text"},
    ],
)
async def test_a_hostile_request_gets_the_same_answer(changes: dict[str, Any]) -> None:
    scope = http(**changes)
    assert await serve(ASGIProbe(echo), scope) == await serve(echo, scope)


async def test_headers_that_can_be_read_once_are_left_to_the_application() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"".join(value for _, value in scope["headers"])))

    assert (await serve(ASGIProbe(app), http(headers=iter([(b"a", b"kept")]))))[1] == body(b"kept")


async def test_a_scope_with_nothing_in_it_is_served() -> None:
    assert await serve(ASGIProbe(hello), {"type": "http"}) == [start(), body(b"hello")]


@pytest.mark.parametrize("error", [LookupError, asyncio.CancelledError, SystemExit])
async def test_an_exception_of_the_application_reaches_the_server(
    error: type[BaseException], receiver: Receiver
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0)
        raise error("out")

    with pytest.raises(error):
        await serve(ASGIProbe(app), http())
    server = receiver.one("server")
    assert server.failed
    assert server.attributes["error.type"].endswith(error.__name__)


async def test_an_error_of_send_reaches_the_application(receiver: Receiver) -> None:
    caught: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        try:
            await send(body(b"x"))
        except OSError as error:
            caught.append(str(error))

    async def broken(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("gone")

    await ASGIProbe(app)(http(), nothing_comes, broken)
    assert caught == ["gone"]
    assert receiver.one("response").failed


async def test_what_is_received_reaches_the_application() -> None:
    messages: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        messages.extend([await receive(), await receive()])

    parts: list[Message] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
    ]
    await serve(ASGIProbe(app), http(), *parts)
    assert messages == parts


async def test_an_application_that_is_no_coroutine_fails_as_before() -> None:
    def app(scope: Scope, receive: Receive, send: Send) -> Any:
        return None

    with pytest.raises(TypeError, match="await"):
        await serve(ASGIProbe(app), http())


# Ends.


async def test_cancellation_passes_through_and_ends_the_span(receiver: Receiver) -> None:
    cleaned: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(30)
        finally:
            cleaned.append("finally")

    task = asyncio.ensure_future(serve(ASGIProbe(app), http()))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cleaned == ["finally"]
    assert receiver.one("server").attributes["error.type"].endswith("CancelledError")


async def test_a_client_that_left_is_told_from_one_that_was_answered(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    await serve(ASGIProbe(app), http(), {"type": "http.disconnect"})
    server = receiver.one("server")
    assert server.failed
    assert server.attributes["error.type"] == "client_disconnected"


async def test_a_disconnect_after_the_answer_is_no_error(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await hello(scope, receive, send)
        await receive()

    await serve(ASGIProbe(app), http(), {"type": "http.disconnect"})
    assert not receiver.one("server").failed


async def test_a_disconnect_while_the_last_piece_is_sent_is_no_error(receiver: Receiver) -> None:
    """Hypercorn does so for a client that is still there."""
    answered = asyncio.Event()

    async def receive() -> Message:
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            answered.set()
            await asyncio.sleep(0.01)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        listening = asyncio.ensure_future(receive())
        await hello(scope, receive, send)
        await listening

    await ASGIProbe(app)(http(), receive, send)
    assert not receiver.one("server").failed


async def test_chunks_that_are_made_for_a_client_that_left_are_counted(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"a", more=True))
        await receive()
        await send(body(b"b", more=True))
        await send(body(b"c"))

    before_ns = time.time_ns()
    await serve(ASGIProbe(app), http(), {"type": "http.disconnect"})
    assert receiver.one("response").attributes["gatescope.response.chunks_after_leaving"] == 2
    assert before_ns <= receiver.one("server").attributes["gatescope.client_left_ns"] <= time.time_ns()


async def test_the_conversation_has_each_message_with_its_size_and_its_time(receiver: Receiver) -> None:
    async def slow(message: Message) -> None:
        await asyncio.sleep(0.05 if message.get("body") == b"slow" else 0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send(start())
        await send(body(b"a", more=True))
        await asyncio.sleep(0.1)
        await send(body(b"slow", more=True))
        await send(body())

    await ASGIProbe(app)(http(), nothing_comes, slow)
    server = receiver.one("server")
    said = "gatescope.conversation"
    assert server.attributes[said] == ["scope", "http.response.start", *["http.response.body"] * 3]
    assert server.attributes[f"{said}.size"] == [0, 1, 1, 4, 0]
    assert server.attributes[f"{said}.more"] == [False, False, True, True, False]
    _, _, first, second, last = server.attributes[f"{said}.at_ns"]
    _, _, first_took, second_took, _ = server.attributes[f"{said}.took_ns"]
    assert 0 <= first < second - 90e6
    assert first_took < second_took
    assert second_took >= 0.05e9
    assert second + second_took <= last <= server.end_ns - server.start_ns + 1e6


async def test_what_is_waited_for_is_seen_while_the_request_goes_on(receiver: Receiver) -> None:
    """Each of the open span's pictures goes one word further; -1 says that the last one goes on."""
    arriving = asyncio.Event()

    async def receive() -> Message:
        await arriving.wait()
        return {"type": "http.request", "body": b"abc", "more_body": True}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked = asyncio.create_task(receive())
        await asyncio.to_thread(receiver.until, lambda: ("scope", "receive", -1) in seen())
        arriving.set()
        await asked
        await asyncio.to_thread(receiver.until, lambda: [one for one in seen() if one[1:2] == ("http.request",)])
        await hello(scope, receive, send)

    def seen() -> list[tuple[object, ...]]:
        said = "gatescope.conversation"
        shown = [span.attributes for span in receiver.open("server") if span.attributes.get(said)]
        return [(*one[said], one[f"{said}.took_ns"][-1]) for one in shown]

    await ASGIProbe(app)(http(), receive, ignore)
    assert receiver.one("server").attributes["gatescope.conversation.size"][1] == 3


async def test_a_wait_that_is_given_up_ends_with_its_request(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        waiting = asyncio.create_task(receive())
        await hello(scope, receive, send)
        waiting.cancel()

    await serve(ASGIProbe(app), http())
    attributes = receiver.one("server").attributes
    assert attributes["gatescope.conversation"][1] == "http.response.start"
    assert min(attributes["gatescope.conversation.took_ns"]) >= 0


async def test_of_an_endless_stream_the_first_and_the_last_are_kept_and_all_counted(receiver: Receiver) -> None:
    pieces = [body(b"a", more=True)] * 1000
    await serve(ASGIProbe(sending(start(), *pieces, body())), http())
    attributes = receiver.one("server").attributes
    assert attributes["gatescope.conversation.left_out"] == 1003 - FIRST_KEPT - LAST_KEPT
    assert len(attributes["gatescope.conversation.at_ns"]) == FIRST_KEPT + LAST_KEPT
    assert attributes["gatescope.conversation.more"][-2:] == [True, False]
    assert receiver.one("response").attributes["gatescope.response.chunks"] == len(pieces) + 1


async def test_the_wait_for_the_body_of_a_request_is_seen_and_no_other(receiver: Receiver) -> None:
    arriving = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        await asyncio.sleep(0.05 if len(arriving) > 1 else 1)
        return arriving.pop(0)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await receive()
        await hello(scope, receive, send)
        await receive()

    await ASGIProbe(app)(http(method="POST"), receive, ignore)
    assert 0.1e9 <= receiver.one("server").attributes["gatescope.receive_ns"] < 1e9


async def test_a_request_without_a_body_is_not_waited_for(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await hello(scope, receive, send)

    await serve(ASGIProbe(app), http(), {"type": "http.request", "body": b"", "more_body": False})
    assert "gatescope.receive_ns" not in receiver.one("server").attributes


async def test_the_response_is_open_until_the_last_send_returned(receiver: Receiver) -> None:
    async def slow(message: Message) -> None:
        await asyncio.sleep(0.05)

    await ASGIProbe(sending(start(), body(b"a", more=True), body(b"b")))(http(), nothing_comes, slow)
    response = receiver.one("response")
    assert response.attributes["gatescope.response.chunks"] == 2
    assert response.attributes["gatescope.response.bytes"] == 2
    assert response.attributes["gatescope.response.sending_ns"] >= 95_000_000
    assert response.end_ns - response.start_ns >= 145_000_000


async def test_trailers_belong_to_the_response(receiver: Receiver) -> None:
    trailers = {"type": "http.response.trailers", "headers": [], "more_trailers": False}
    delays = {"http.response.trailers": 0.05}

    async def slow(message: Message) -> None:
        await asyncio.sleep(delays.get(message["type"], 0))

    await ASGIProbe(sending(start(trailers=True), body(b"a"), trailers))(http(), nothing_comes, slow)
    response = receiver.one("response")
    assert response.end_ns - response.start_ns >= 45_000_000


async def test_a_response_that_is_never_finished_ends_with_the_request(receiver: Receiver) -> None:
    await serve(ASGIProbe(sending(start(), body(b"a", more=True))), http())
    assert receiver.one("response").end_ns <= receiver.one("server").end_ns


async def test_concurrent_requests_do_not_share_anything(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        size = int(scope["path"])
        await send(start(200 + size))
        for _ in range(size):
            await asyncio.sleep(0.001)
            await send(body(b"x" * size, more=True))
        await send(body())

    probe = ASGIProbe(app)
    await asyncio.gather(*(serve(probe, http(path=str(size))) for size in range(1, 21)))
    receiver.until(lambda: len(receiver.ended("response")) == 20)
    sizes = {span.span_id: span.attributes["http.response.status_code"] - 200 for span in receiver.ended("server")}
    for response in receiver.ended("response"):
        size = sizes[response.parent_id]
        assert response.attributes["gatescope.response.bytes"] == size * size
        assert response.attributes["gatescope.response.chunks"] == size + 1


# What is seen.


async def test_the_request_is_described(receiver: Receiver) -> None:
    scope = http(
        method="POST",
        path="/café",
        query_string=b"a=\xff&password=x",
        http_version="2",
        headers=[(b"TraceParent", TRACEPARENT.encode())],
    )
    await serve(ASGIProbe(hello), scope)
    server = receiver.one("server")
    assert (server.trace_id, server.parent_id, server.name) == (TRACE, PARENT, "POST")
    assert server.attributes["gatescope.interface"] == "asgi"
    assert server.attributes["url.path"] == "/café"
    assert server.attributes["url.query"] == "a=\N{REPLACEMENT CHARACTER}&password=REDACTED"
    assert server.attributes["network.protocol.version"] == "2"
    assert server.attributes["http.response.status_code"] == 200
    assert server.attributes["gatescope.loop"] > 0


async def test_a_duplicated_traceparent_starts_a_new_trace(receiver: Receiver) -> None:
    await serve(ASGIProbe(hello), http(headers=[(b"traceparent", TRACEPARENT.encode())] * 2))
    assert receiver.one("server").trace_id != TRACE


async def test_it_is_known_when_the_coroutine_ran(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.05)
        await hello(scope, receive, send)

    await serve(ASGIProbe(app), http())
    server = receiver.one("server")
    slices = server.attributes["gatescope.slices"]
    assert len(slices) == 4
    assert sum(slices[1::2]) < server.end_ns - server.start_ns - 45_000_000


async def test_wrapping_twice_is_observing_once(receiver: Receiver) -> None:
    async def mounting(scope: Scope, receive: Receive, send: Send) -> None:
        await ASGIProbe(hello)(dict(scope), receive, send)

    await serve(ASGIProbe(mounting), http())
    receiver.one("response")
    receiver.one("server")


async def test_a_request_begun_in_anothers_context_is_one_of_its_own(receiver: Receiver) -> None:
    probe = ASGIProbe(hello)
    pipelined: list[asyncio.Task[Any]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        pipelined.append(asyncio.create_task(serve(probe, http())))
        await hello(scope, receive, send)

    await serve(ASGIProbe(app), http())
    await asyncio.gather(*pipelined)
    receiver.until(lambda: len(receiver.ended("server")) == 2)


async def test_nothing_is_left_behind_in_the_task() -> None:
    await serve(ASGIProbe(hello), http())
    assert current_request() is None


async def test_disabled_means_untouched(install: Callable[..., Instrument]) -> None:
    install(disabled=True)
    channels: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        channels.extend([receive, send])

    async def send(message: Message) -> None:
        """Take everything."""

    await ASGIProbe(app)(http(), nothing_comes, send)
    assert channels == [nothing_comes, send]


async def test_the_loop_is_never_held_up_by_a_receiver_that_hangs(receiver: Receiver) -> None:
    receiver.behaviour.hanging = True
    longest = 0.0
    for _ in range(60):
        begun = time.perf_counter()
        await serve(ASGIProbe(hello), http())
        longest = max(longest, time.perf_counter() - begun)
        await asyncio.sleep(0.005)
    assert longest < ANSWER_S / 2


@pytest.mark.parametrize(
    "part", ["begin_request", "finish_request", "_arrival", "Response", "instrument", "_headers"]
)
async def test_a_broken_instrument_does_not_reach_the_request(
    part: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise RuntimeError("broken instrument")

    monkeypatch.setattr(asgi, part, raising)
    assert await serve(ASGIProbe(hello), http()) == [start(), body(b"hello")]
    assert "broken instrument" in caplog.text
