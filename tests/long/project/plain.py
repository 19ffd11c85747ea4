"""The same pages without Django, which needs asyncio, for a server whose loop is trio's."""

import os

from probes.asgi import ASGIProbe
from probes.types import Receive, Scope, Send


async def pages(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        raise ValueError(f"only http is spoken here, not {scope['type']}")
    if scope["path"] == "/broken/":
        raise LookupError("broken on purpose")
    body = b"%s %s\n" % (scope["method"].encode(), scope["raw_path"])
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    for piece in (body, b"the end", b""):
        await send({"type": "http.response.body", "body": piece, "more_body": bool(piece)})


application = ASGIProbe(pages) if os.environ.get("TESTED_PROBES") else pages
