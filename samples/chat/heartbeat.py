"""A socket that beats twenty times a second: whatever holds the event loop is a gap between two beats."""

import asyncio
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from samples.chat.consumers import UNREADABLE
from samples.chat.leaving import LeavesNothing
from samples.chat.messages import read

BEATS_A_SECOND = 20


class Heartbeat(LeavesNothing, AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """Beats for as long as it is asked to, then closes."""

    async def receive(self, text_data: str | None = None, **_: Any) -> None:
        """Beat for the seconds that the message names."""
        try:
            asked = read(text_data)
        except ValueError as error:
            await self.close(UNREADABLE, str(error))
            return
        for beat in range(round(asked.seconds * BEATS_A_SECOND)):
            await self.send(f"beat {beat + 1}")
            await asyncio.sleep(1 / BEATS_A_SECOND)
        await self.close()
