"""A hub and viewers of a test's own, on an in-memory channel layer of its own."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from channels.layers import channel_layers
from channels.testing import WebsocketCommunicator

from dashboard.live.consumer import Viewer
from dashboard.live.hub import Hub
from dashboard.live.limits import HubLimits, ViewerLimits
from tests.support.bare_dashboard import Served, serving


@pytest.fixture(autouse=True)
def fresh_layers() -> Iterator[None]:
    """No group remembers the channels of another test."""
    channel_layers.backends.clear()
    yield
    channel_layers.backends.clear()


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """A hub with its usual limits but small frames, so that a test needs few spans to split them."""
    made = Hub(limits=HubLimits(frame_bytes=20_000))
    yield made
    await made.stop()


class Page(WebsocketCommunicator):  # type: ignore[misc]  # Channels ships no types
    """A viewer's side of the socket."""

    async def frame(self, timeout: float = 5) -> dict[str, Any]:
        """The next JSON frame; fragments are stepped over."""
        while (text := await self.receive_from(timeout)).startswith("<"):
            pass
        frame: dict[str, Any] = json.loads(text)
        return frame

    async def news(self) -> dict[str, Any]:
        """The next frame that is no heartbeat."""
        while not (frame := await self.frame())["spans"] and not frame.get("snapshot"):
            pass
        return frame

    async def acknowledge(self, seq: int) -> None:
        """Say that everything up to `seq` was taken."""
        await self.send_to(text_data=json.dumps({"ack": seq}))


Visit = Callable[..., Awaitable[Page]]
"""Opens a viewer; keywords are its limits."""


@pytest.fixture
async def visit(hub: Hub) -> AsyncIterator[Visit]:
    """Opens viewers; they are closed at the end of the test."""
    pages: list[Page] = []

    async def open_page(**limits: Any) -> Page:
        viewer = Viewer.as_asgi(source=hub, limits=ViewerLimits(**limits))
        page = Page(viewer, "/live")
        connected, _ = await page.connect()
        assert connected
        pages.append(page)
        return page

    yield open_page
    for page in pages:
        await page.disconnect()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A real server with receiver and viewers."""
    with serving(tmp_path) as served:
        yield served
