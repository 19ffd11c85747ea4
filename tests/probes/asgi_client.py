"""What a server does with an ASGI application, and applications to do it with."""

from __future__ import annotations

import asyncio
from typing import Any

from probes.types import ASGIApp, Message, Receive, Scope, Send


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
