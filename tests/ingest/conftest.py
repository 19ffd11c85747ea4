"""A receiver with a store of its own, driven as an ASGI server would."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from dashboard.ingest.app import Ingest
from dashboard.ingest.limits import IngestLimits
from dashboard.live.hub import Hub
from dashboard.types import Message

PROTOBUF = "application/x-protobuf"


@dataclass
class Reply:
    """What the receiver answered."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Receiver:
    """The ASGI callable with a client's view of it."""

    def __init__(self, hub: Hub, limits: IngestLimits | None = None) -> None:
        self.hub = hub
        self.app = Ingest(hub, limits)

    async def post(
        self,
        *pieces: bytes,
        kind: str = PROTOBUF,
        method: str = "POST",
        encoding: str = "",
        path: str = "/v1/traces",
    ) -> Reply:
        """Send a request whose body comes in these pieces."""
        headers = [(b"content-type", kind.encode())] if kind else []
        headers += [(b"content-encoding", encoding.encode())] if encoding else []
        messages: asyncio.Queue[Message] = asyncio.Queue()
        for place, piece in enumerate(pieces or (b"",), start=1):
            messages.put_nowait({"type": "http.request", "body": piece, "more_body": place < len(pieces)})
        reply = Reply()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status = message["status"]
                reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                reply.body += message["body"]

        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        await self.app(scope, messages.get, send)
        return reply


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub of this test's own."""
    made = Hub()
    yield made
    await made.stop()


@pytest.fixture
def receiver(hub: Hub) -> Receiver:
    """The receiver with its usual limits."""
    return Receiver(hub)


@pytest.fixture
def strict(hub: Hub) -> Receiver:
    """The receiver with limits that a test reaches with little."""
    return Receiver(hub, IngestLimits(wire_bytes=2_000, inflated_bytes=4_000, spans=10, waiting_bytes=2_000))
