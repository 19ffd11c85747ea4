"""A service that the shop calls: plain ASGI, without a framework, slow on purpose.

`GET /slow/?seconds=0.2` answers after that time, everything else at once. Watched with `probes.asgi` alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from probes.asgi import ASGIProbe
from samples.duration import duration

Message = MutableMapping[str, Any]


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer one request; there is nothing to set up or to clean up."""
    if scope["type"] != "http":
        return
    status, text = await _answer(scope["path"], scope["query_string"].decode("latin-1"))
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": text.encode()})


async def _answer(path: str, query: str) -> tuple[int, str]:
    if path != "/slow/":
        return 200, "Hello.\n"
    try:
        seconds = duration(parse_qs(query, keep_blank_values=True).get("seconds", [None])[0])
    except ValueError as error:
        return 400, f"{error}\n"
    await asyncio.sleep(seconds)
    return 200, f"Thought for {seconds:g} s.\n"


application = ASGIProbe(app)
