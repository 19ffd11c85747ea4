"""Our 45 minutes are given from a clicker's one key, and whatever stands on the screen meanwhile is true.

A sampler in the page looks every 50 ms (`sampler.js`): no token, time or result of an earlier run, no figure that is
false at that moment, nothing that gives a lesson away before the guess, and what a text points at is in the window.
"""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Page, ViewportSize, expect

from dashboard.lessons.loader import course
from dashboard.lessons.playlist import read_playlist
from tests.browser.test_spoilers import GIVE_AWAYS
from tests.support.demo import Gatescope, gatescope

pytestmark = pytest.mark.long

PLAYLIST = "45-minutes"
SERVERS = ("gunicorn-sync", "uvicorn", "gunicorn-gthread", "hypercorn")
SIZES: tuple[ViewportSize, ...] = ({"width": 1280, "height": 720}, {"width": 1920, "height": 1080})
MOST_PRESSES = 160
MEASURED_WITHIN_S = 240.0
STATE = """() => [
  location.href, document.querySelector("#stage")?.dataset.beat, document.querySelector("#stage")?.dataset.mode,
  document.querySelector("#time")?.textContent, document.querySelector(".explain-text")?.scrollTop,
  document.querySelector("#attempt")?.dataset.state,
].join(" ")"""


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    """A demo with the servers of the lecture, on which something was fired before."""
    with gatescope(tmp_path_factory.mktemp("classroom"), *SERVERS) as running:
        running.run(["gunicorn-sync", "uvicorn"], "error", count=3)
        yield running


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size['width']}x{size['height']}")
async def test_the_lecture_is_given_by_one_key_and_nothing_false_is_seen(
    browser: Browser, classroom: Gatescope, size: ViewportSize
) -> None:
    context = await browser.new_context(viewport=size)
    page = await context.new_page()
    samples: list[tuple[str, str]] = []
    await page.expose_function("sampled", lambda kind, text: samples.append((kind, text)))
    await page.add_init_script(path=Path(__file__).with_name("sampler.js"))
    await page.goto(f"{classroom.url}/lessons?list={PLAYLIST}")
    await page.evaluate("localStorage.setItem('gatescope', JSON.stringify({ projected: true }))")
    given = await _give(page)
    await context.close()

    lessons = read_playlist(PLAYLIST, course()).lessons
    assert given == [lesson.slug for lesson in lessons]
    faults = [f"{kind}: {text[:200]}" for kind, text in samples if kind != "text"]
    faults += [f"spoiler: {found}" for kind, text in samples if kind == "text" for found in _spoilers(text)]
    assert not faults, "\n".join(sorted(set(faults)))


async def _give(page: Page) -> list[str]:
    """Press PageDown until the lecture is over. Return the lessons that were fired, in order."""
    fired: list[str] = []
    for _ in range(MOST_PRESSES):
        before = await _state(page)
        await page.keyboard.press("PageDown")
        await _changed(page, before)
        slug = page.url.partition("/lessons/")[2].partition("?")[0]
        if not slug:
            return fired
        await expect(page.locator("#connected")).to_have_attribute("data-state", "open")
        if await page.locator("#stage").get_attribute("data-beat") == "fire" and await _is_running(page):
            fired.append(slug)
            await _measured(page)
        await page.wait_for_timeout(700)
    raise AssertionError(f"the lecture did not end: {page.url}")


async def _changed(page: Page, before: str) -> None:
    async with asyncio.timeout(20):
        while await _state(page) in {"", before}:
            await page.wait_for_timeout(50)
    await page.wait_for_load_state("load")


async def _state(page: Page) -> str:
    """What a press of the key can change; empty while the page is left for another."""
    try:
        return str(await page.evaluate(STATE))
    except Error:
        return ""


async def _is_running(page: Page) -> bool:
    """Whether the press has begun to fire: it takes a moment until the dashboard has answered."""
    for _ in range(30):
        if await page.locator("#attempt").get_attribute("data-state") == "running":
            return True
        if not await page.locator("#measure .is-fire[disabled]").count():
            await page.wait_for_timeout(50)
    return False


async def _measured(page: Page) -> None:
    """Wait for the step that shows what was measured."""
    async with asyncio.timeout(MEASURED_WITHIN_S):
        while await page.locator("#stage").get_attribute("data-beat") != "see":
            await page.wait_for_timeout(100)
    assert await page.locator("#attempt").get_attribute("data-state") == "done"


def _spoilers(text: str) -> list[str]:
    """Return what gives a lesson away in the text of its page; the text begins with the lesson's number."""
    slug, _, shown = text.partition(" ")
    return [f"{slug}: {pattern}" for pattern in GIVE_AWAYS.get(int(slug), ()) if re.search(pattern, shown)]
