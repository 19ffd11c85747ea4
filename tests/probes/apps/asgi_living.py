"""The small ASGI application with a lifespan of its own, as FastAPI has."""

from probes.asgi import ASGIProbe
from probes.types import Receive, Scope, Send
from tests.probes.apps import asgi_app


async def living(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "lifespan":
        await asgi_app.bare(scope, receive, send)
        return
    for _ in ("startup", "shutdown"):
        message = await receive()
        await send({"type": f"{message['type']}.complete"})


application = ASGIProbe(living)
