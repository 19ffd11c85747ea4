"""The chat's two consumers. What differs between the twins is the lesson: one awaits, the other holds its thread.

All sync consumers of a process share one thread (`database_sync_to_async` is thread-sensitive), unlike Django's sync
views, which get one each.
"""

import asyncio
import time
from typing import Any

from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer

from samples.chat.leaving import LeavesNothing
from samples.chat.messages import read

ROOM = "chat"
UNREADABLE = 1007
"""The close code for data that is not what was expected (RFC 6455, 7.4.1)."""


class Chat(LeavesNothing, AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """Every message goes to everyone in the room, its sender included."""

    groups = (ROOM,)

    async def receive(self, text_data: str | None = None, **_: Any) -> None:
        """Work for as long as the message asks, then tell the room."""
        try:
            said = read(text_data)
        except ValueError as error:
            await self.close(UNREADABLE, str(error))
            return
        await asyncio.sleep(said.seconds)
        tell = self.channel_layer.group_send
        await tell(self.groups[0], {"type": "said", "text": said.text})

    async def said(self, event: dict[str, str]) -> None:
        """Pass on what somebody in the room said."""
        await self.send(event["text"])


class ChatSync(LeavesNothing, WebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """Every message goes to everyone in the room, its sender included."""

    groups = (ROOM,)

    def receive(self, text_data: str | None = None, **_: Any) -> None:
        """Work for as long as the message asks, then tell the room."""
        try:
            said = read(text_data)
        except ValueError as error:
            self.close(UNREADABLE, str(error))
            return
        time.sleep(said.seconds)
        tell = async_to_sync(self.channel_layer.group_send)
        tell(self.groups[0], {"type": "said", "text": said.text})

    def said(self, event: dict[str, str]) -> None:
        """Pass on what somebody in the room said."""
        self.send(event["text"])
