"""The chat keeps nothing of a session that has ended."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from samples.chat.announcements import Announcements
from samples.chat.consumers import Chat, ChatSync
from samples.chat.heartbeat import Heartbeat

SESSIONS = 20


@pytest.fixture
def layer(monkeypatch: pytest.MonkeyPatch) -> InMemoryChannelLayer:
    """The only channel layer."""
    layer = InMemoryChannelLayer(capacity=1_500, expiry=600)
    monkeypatch.setattr("channels.consumer.get_channel_layer", lambda _: layer)
    return layer


async def _session(consumer: type[Any], incoming: asyncio.Queue[Any], accepted: Callable[[], object]) -> None:
    """A session of a client that reads nothing of what it is sent."""

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "websocket.accept":
            accepted()
            return
        await asyncio.Event().wait()

    await consumer.as_asgi()({"type": "websocket", "path": "/"}, incoming.get, send)


@pytest.mark.parametrize("consumer", [Chat, ChatSync, Announcements, Heartbeat])
async def test_nothing_is_kept_of_sessions_that_their_server_cancelled(
    consumer: type[Any], layer: InMemoryChannelLayer
) -> None:
    in_the_room = asyncio.Semaphore(0)
    incoming = [asyncio.Queue[Any]() for _ in range(SESSIONS)]
    sessions = [asyncio.create_task(_session(consumer, queue, in_the_room.release)) for queue in incoming]
    for queue in incoming:
        queue.put_nowait({"type": "websocket.connect"})
    for _ in sessions:
        await in_the_room.acquire()
    for group in consumer.groups or ():
        for number in range(5):
            await layer.group_send(group, {"type": "said", "text": str(number)})
    # Now each is telling its client something, so it could not hear a farewell.
    await asyncio.sleep(0.1)
    for session in sessions:
        session.cancel()
    await asyncio.gather(*sessions, return_exceptions=True)
    assert (layer.channels, layer.groups) == ({}, {})
