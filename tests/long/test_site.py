"""All lessons as static pages: each is played in Chromium from the disk, without a network."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, sync_playwright

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lib.installation import ROOT
from tests.support.demo import gatescope
from tests.support.lesson_file import ANSWERED, IS_INSIDE

WRITTEN_WITHIN_S = 1800
ADDRESSES = "() => [...document.querySelectorAll('a')].map((one) => one.getAttribute('href'))"
TELEPHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder, written by the command."""
    folder = tmp_path_factory.mktemp("site")
    with gatescope(tmp_path_factory.mktemp("demo")) as demo:
        command = [sys.executable, "manage.py", "site", str(folder), "--url", demo.url]
        subprocess.run(command, cwd=ROOT, check=True, timeout=WRITTEN_WITHIN_S)
    return folder


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page without a network."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context = browser.new_context(offline=True)
        yield context.new_page()
        browser.close()


@pytest.mark.timeout(WRITTEN_WITHIN_S + 300)
def test_every_lesson_is_played_from_the_disk(site: Path, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((site / "index.html").as_uri())
    assert page.evaluate(ADDRESSES) == [f"lesson-{lesson.slug}.html" for lesson in _by_chapter()]
    for lesson in course():
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto((site / f"lesson-{lesson.slug}.html").as_uri())
        assert not page.evaluate(ANSWERED)
        page.click("#press-play")
        page.wait_for_function("() => document.querySelector('#stage').dataset.mode === 'replay'")
        page.wait_for_function("() => document.querySelector('.row [data-trace]') !== null")
        page.click("[data-do=end]")
        page.wait_for_function(ANSWERED)
        page.set_viewport_size(TELEPHONE)
        page.wait_for_function(IS_INSIDE, arg="[data-box=view]")
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], lesson.slug
        inline = "[...document.scripts].filter((one) => !one.src && one.type !== 'application/json').length"
        assert page.evaluate(inline) == 0
    assert complaints == []


def _by_chapter() -> list[Lesson]:
    chapters = list(dict.fromkeys(lesson.chapter for lesson in course()))
    return sorted(course(), key=lambda lesson: chapters.index(lesson.chapter))
