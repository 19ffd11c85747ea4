"""A real demo, a real browser, and a page whose every complaint fails the test."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, ViewportSize, async_playwright

from tests.browser.stage_page import StagePage
from tests.running import Gatescope, gatescope

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
LAPTOP: ViewportSize = {"width": 1280, "height": 720}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    """The whole of Gatescope with the two servers that the stage shows first."""
    with gatescope(tmp_path_factory.mktemp("demo"), "gunicorn-sync", "uvicorn") as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium: the system's where there is one, otherwise Playwright's own."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def stage(browser: Browser, demo: Gatescope) -> AsyncIterator[StagePage]:
    """The stage at 1280 × 720, not opened yet. Console errors, page errors and CSP violations fail the test."""
    context = await browser.new_context(viewport=LAPTOP)
    stage = StagePage(await context.new_page(), demo)
    await stage.watch()
    yield stage
    assert stage.complaints() == []
    await context.close()
