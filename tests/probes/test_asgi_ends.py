"""However a request ends under ASGI, it ends once, its span says how, and nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
import weakref
from typing import Any

import pytest

from probes.asgi import ASGIProbe
from probes.stages import current_request
from probes.types import Message, Receive, Scope, Send
from tests.probes.asgi_client import body, hello, http, ignore, nothing_comes, sending, serve, start
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")


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


async def test_a_wait_that_is_given_up_ends_with_its_request(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        waiting = asyncio.ensure_future(receive())
        await hello(scope, receive, send)
        waiting.cancel()

    await serve(ASGIProbe(app), http())
    attributes = receiver.one("server").attributes
    assert attributes["gatescope.conversation"][1] == "http.response.start"
    assert min(attributes["gatescope.conversation.took_ns"]) >= 0


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


async def test_nothing_is_left_behind_in_the_task() -> None:
    await serve(ASGIProbe(hello), http())
    assert current_request() is None


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([], "response_not_started"),
        ([start()], "response_not_completed"),
        ([start(), body(b"a", more=True)], "response_not_completed"),
    ],
)
async def test_an_answer_that_is_never_completed_is_no_success(
    messages: list[Message], reason: str, receiver: Receiver
) -> None:
    await serve(ASGIProbe(sending(*messages)), http())
    server = receiver.one("server")
    assert (server.failed, server.attributes["error.type"]) == (True, reason)


@pytest.mark.parametrize(
    ("error", "said"), [(BrokenPipeError(), "client_disconnected"), (TypeError("no bytes"), "TypeError")]
)
@pytest.mark.parametrize("swallows", [False, True])
async def test_a_send_that_raises_says_who_ended_the_response(
    error: Exception, said: str, swallows: bool, receiver: Receiver
) -> None:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise error

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await hello(scope, receive, send)
        except type(error):
            if not swallows:
                raise

    with contextlib.suppress(type(error)):
        await ASGIProbe(app)(http(), nothing_comes, send)
    server = receiver.one("server")
    assert server.attributes["error.type"] == said
    assert ("gatescope.client_left_ns" in server.attributes) == (said == "client_disconnected")


async def test_a_cancellation_after_the_answer_is_no_failure(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await hello(scope, receive, send)
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await serve(ASGIProbe(app), http())
    assert not receiver.one("server").failed


async def test_what_an_application_returns_reaches_its_caller() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> str:
        await hello(scope, receive, send)
        return "returned"

    assert await ASGIProbe(app)(http(), nothing_comes, ignore) == "returned"  # type: ignore[arg-type]


class File:
    """Something that a failed call holds open."""


@pytest.mark.parametrize("probe", [lambda app: app, ASGIProbe])
async def test_what_a_failed_call_held_is_freed_at_once(probe: Any) -> None:
    watched: list[weakref.ref[File]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        file = File()
        watched.append(weakref.ref(file))
        await send(start())
        raise LookupError("in the middle")

    gc.disable()
    try:
        with contextlib.suppress(LookupError):
            await probe(app)(http(), nothing_comes, ignore)
        assert watched[0]() is None
    finally:
        gc.enable()
