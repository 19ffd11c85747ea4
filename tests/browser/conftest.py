"""A real demo, a real browser, and a page whose every complaint fails the test."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.chromium import chromium
from tests.browser.stage_page import StagePage
from tests.running import Gatescope, gatescope

LAPTOP: ViewportSize = {"width": 1280, "height": 720}

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    """The whole of Gatescope with the two servers that the stage shows first."""
    with gatescope(tmp_path_factory.mktemp("demo"), "gunicorn-sync", "uvicorn") as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of its own for each test: what one does to the network reaches no other."""
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def stage(browser: Browser, demo: Gatescope) -> AsyncIterator[StagePage]:
    """The stage at 1280 × 720, not opened yet. Console errors, page errors and CSP violations fail the test."""
    context = await browser.new_context(viewport=LAPTOP)
    stage = StagePage(await context.new_page(), demo)
    await stage.watch()
    yield stage
    assert stage.complaints() == []
    await context.close()
