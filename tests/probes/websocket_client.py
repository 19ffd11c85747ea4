"""Calls an ASGI application as a server does for a WebSocket."""

from __future__ import annotations

import asyncio
from typing import Any

from probes.types import ASGIApp, Message, Receive, Scope, Send

CONNECT: Message = {"type": "websocket.connect"}
ACCEPT: Message = {"type": "websocket.accept"}
CLOSE: Message = {"type": "websocket.close"}
GONE: Message = {"type": "websocket.disconnect", "code": 1001, "reason": "going away"}


def socket(**changes: Any) -> dict[str, Any]:
    return {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws",
        "path": "/ws/",
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "subprotocols": [],
        **changes,
    }


def from_client(text: str) -> Message:
    return {"type": "websocket.receive", "text": text}


def to_client(text: str) -> Message:
    return {"type": "websocket.send", "text": text}


async def serve(app: ASGIApp, scope: Scope, *received: Message) -> list[Message]:
    """Do what a server does with an application, and return all it sent."""
    sent: list[Message] = []
    waiting = list(received)

    async def receive() -> Message:
        return waiting.pop(0) if waiting else await asyncio.sleep(30, GONE)

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def sending(*messages: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        for message in messages:
            await send(message)

    return app


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Accept, and return each message until the client leaves."""
    await receive()
    await send(ACCEPT)
    while (message := await receive())["type"] == "websocket.receive":
        await send({**message, "type": "websocket.send"})
