"""A small ASGI application without lifespan, as Django is: /, /wait, /stream, /crash."""

import asyncio
from urllib.parse import parse_qs

from probes.asgi import ASGIProbe
from probes.types import Receive, Scope, Send


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise ValueError(f"only http is spoken here, not {scope['type']}")
    path = scope["path"]
    if path == "/crash":
        raise LookupError("crash")
    if path == "/wait":
        await asyncio.sleep(float(parse_qs(scope["query_string"].decode()).get("s", ["1"])[0]))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    if path == "/stream":
        for number in range(3):
            await asyncio.sleep(0.02)
            await send({"type": "http.response.body", "body": b"piece %d\n" % number, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.body", "body": b"hello"})


application = ASGIProbe(bare)
