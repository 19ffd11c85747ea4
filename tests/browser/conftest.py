"""A real demo, a real browser, and a page whose every complaint fails the test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ViewportSize, expect
from pytest_asyncio import is_async_test

from tests.browser.chromium import chromium
from tests.browser.stage_page import StagePage
from tests.support.demo import Gatescope, gatescope

HERE = Path(__file__).parent

LAPTOP: ViewportSize = {"width": 1280, "height": 720}

expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests share the browser's event loop: what belongs to a loop cannot be awaited on another."""
    for item in items:
        if HERE in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    """The whole of Gatescope with the two servers that the stage shows first."""
    with gatescope(tmp_path_factory.mktemp("demo"), "gunicorn-sync", "uvicorn") as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests; each has a context of its own: what one does to the network reaches no other."""
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, demo: Gatescope) -> AsyncIterator[StagePage]:
    """The stage at 1280 × 720, not opened yet. Console errors, page errors and CSP violations fail the test."""
    context = await browser.new_context(viewport=LAPTOP)
    stage = StagePage(await context.new_page(), demo)
    await stage.watch()
    yield stage
    await context.close()
    assert stage.complaints() == []
