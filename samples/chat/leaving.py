"""What a consumer does when its session is over, however it ended: by a farewell, or by the server's patience."""

import asyncio
from typing import Any

from channels.consumer import AsyncConsumer


class LeavesNothing(AsyncConsumer):  # type: ignore[misc]  # Channels has no types
    """Leaves its groups and drops what it has not been told, which the layer would keep for ten minutes."""

    groups: tuple[str, ...] = ()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one session. A server may cancel it, and then no disconnect arrives."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await asyncio.shield(self._leave())

    async def _leave(self) -> None:
        if self.channel_layer is None:
            return
        for group in self.groups or ():
            await self.channel_layer.group_discard(group, self.channel_name)
        # In memory it is a queue of ours; in Redis the messages expire by themselves.
        getattr(self.channel_layer, "channels", {}).pop(self.channel_name, None)
