"""The messages of a WebSocket are traces of their own, linked to its session; a flood is only counted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from probes.asgi import ASGIProbe
from probes.messages import RECORDED_A_SECOND
from probes.tracing import Instrument
from probes.types import Message, Receive, Scope, Send
from tests.probes.receiver import Receiver
from tests.probes.traces import SeenSpan
from tests.probes.websocket_client import ACCEPT, CONNECT, GONE, echo, from_client, sending, serve, socket

pytestmark = pytest.mark.usefixtures("instrument")


def messages(receiver: Receiver, number: int) -> list[SeenSpan]:
    receiver.until(lambda: len(receiver.ended("message")) == number)
    return sorted(receiver.ended("message"), key=lambda span: span.start_ns)


async def test_each_message_is_a_trace_of_its_own_that_names_its_session(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, from_client("héllo"), GONE)
    session = receiver.one("session")
    arrived, left = sorted(messages(receiver, 2), key=lambda span: span.attributes["gatescope.message.direction"])
    for message, direction in ((arrived, "in"), (left, "out")):
        assert message.attributes["gatescope.session"] == f"{session.trace_id}/{session.span_id}"
        assert message.attributes["gatescope.message.direction"] == direction
        assert message.attributes["gatescope.message.kind"] == "text"
        assert message.attributes["gatescope.message.bytes"] == 6
        assert message.parent_id == ""
    assert len({session.trace_id, arrived.trace_id, left.trace_id}) == 3


async def test_a_message_has_a_link_to_its_session(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, from_client("a"), GONE)
    session = receiver.one("session")
    messages(receiver, 2)
    spans = [
        span
        for message in receiver.messages
        for group in message.resource_spans
        for scope in group.scope_spans
        for span in scope.spans
        if span.name.startswith("message")
    ]
    assert spans
    assert {(link.trace_id.hex(), link.span_id.hex()) for span in spans for link in span.links} == {
        (session.trace_id, session.span_id)
    }


async def test_content_is_not_recorded(receiver: Receiver) -> None:
    await serve(ASGIProbe(echo), socket(), CONNECT, from_client("a secret"), GONE)
    messages(receiver, 2)
    assert not any(b"a secret" in message.SerializeToString() for message in receiver.messages)


async def test_a_message_is_handled_until_the_application_asks_for_the_next(receiver: Receiver) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send(ACCEPT)
        await receive()
        await asyncio.sleep(0.05)
        await receive()

    await serve(ASGIProbe(app), socket(), CONNECT, from_client("a"), GONE)
    message = receiver.one("message")
    assert message.end_ns - message.start_ns >= 45_000_000


async def test_a_sent_message_lasts_as_long_as_its_send(receiver: Receiver) -> None:
    async def slow(message: Message) -> None:
        await asyncio.sleep(0.05)

    async def receive() -> Message:
        return CONNECT

    await ASGIProbe(sending(ACCEPT, {"type": "websocket.send", "bytes": b"abc"}))(socket(), receive, slow)
    message = receiver.one("message")
    assert message.end_ns - message.start_ns >= 45_000_000
    assert message.attributes["gatescope.message.kind"] == "binary"
    assert message.attributes["gatescope.message.bytes"] == 3


async def test_a_flood_of_messages_is_counted_on_its_session(receiver: Receiver) -> None:
    flood = 20 * RECORDED_A_SECOND
    await serve(ASGIProbe(echo), socket(), CONNECT, *[from_client("a")] * flood, GONE)
    about = receiver.one("session").attributes
    assert (about["gatescope.session.received"], about["gatescope.session.sent"]) == (flood, flood)
    recorded = 2 * flood - about["gatescope.session.unrecorded"]
    assert 0 < recorded < flood
    assert len(messages(receiver, recorded)) == recorded


async def test_over_the_budget_a_socket_is_its_server_span_with_the_counts(
    receiver: Receiver, install: Callable[..., Instrument]
) -> None:
    install(endpoint=receiver.endpoint, budget=2)
    probe = ASGIProbe(echo)
    for _ in range(3):
        await serve(probe, socket(), CONNECT, from_client("a"), GONE)
    receiver.until(lambda: any(span.attributes.get("gatescope.reduced") for span in receiver.ended("server")))
    reduced = next(span for span in receiver.ended("server") if span.attributes.get("gatescope.reduced"))
    assert reduced.attributes["gatescope.session.received"] == 1
    assert not [span for span in receiver.ended("session") if span.parent_id == reduced.span_id]
