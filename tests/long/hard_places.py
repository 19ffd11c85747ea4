"""Applications that do what servers have to bear: odd pieces, answers that never come or never end, refusals."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from probes.asgi import ASGIProbe
from probes.types import Environ, Receive, Scope, Send, StartResponse
from probes.wsgi import WSGIProbe

TEXT = [("Content-Type", "text/plain")]
CLOSE_CODE = 4401


def bare_wsgi(environ: Environ, start_response: StartResponse) -> Any:
    path = environ["PATH_INFO"]
    if path == "/no-start":
        return []
    if path == "/by-keyword":
        start_response(status="201 Created", headers=TEXT)
        return [b"made"]
    start_response("200 OK", TEXT)
    if path == "/odd-piece":
        return ["text instead of bytes"]
    return breaking() if path == "/breaks" else [b"hello"]


def breaking() -> Iterator[bytes]:
    yield b"the first half"
    raise LookupError("in the middle of the body")


async def bare_asgi(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": CLOSE_CODE, "reason": "who are you?"})
        await receive()
    elif scope["path"] != "/no-start":
        await _answer(scope["path"], send)


async def _answer(path: str, send: Send) -> None:
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if path == "/odd-piece":
        await send({"type": "http.response.body", "body": "text instead of bytes"})
    elif path == "/never-ends":
        await send({"type": "http.response.body", "body": b"the first half", "more_body": True})
    elif path == "/breaks":
        await send({"type": "http.response.body", "body": b"the first half", "more_body": True})
        raise LookupError("in the middle of the body")
    else:
        await send({"type": "http.response.body", "body": b"hello"})


async def _lifespan(receive: Receive, send: Send) -> None:
    if os.environ.get("TESTED_LIFESPAN") == "fails":
        raise RuntimeError("the database is not there")
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


observed = "TESTED_PROBES" in os.environ
wsgi: Any = WSGIProbe(bare_wsgi) if observed else bare_wsgi
asgi: Any = ASGIProbe(bare_asgi) if observed else bare_asgi
