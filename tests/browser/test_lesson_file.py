"""A lesson's file in Chromium, without a network: it asks first, plays, answers, and judges replies by itself."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.stage_page import StagePage
from tests.browser.test_everyone import violations
from tests.support.demo import Gatescope
from tests.support.lesson_file import ANSWERED, IS_INSIDE, saved_lesson

TELEPHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.mark.timeout(240)
async def test_a_lesson_explains_itself_without_a_network(browser: Browser, demo: Gatescope, tmp_path: Path) -> None:
    file = saved_lesson(demo, "1", tmp_path)
    context = await browser.new_context(viewport=TELEPHONE)
    await context.set_offline(True)
    offline = StagePage(await context.new_page(), demo)
    await offline.watch()
    page = offline.page
    await page.goto(file.as_uri())
    await offline.has("mode", "paused")
    assert not await page.evaluate(ANSWERED)
    await page.get_by_role("button", name="That is my guess").click()
    await expect(page.locator("#file-guess")).to_contain_text("There is no guess yet")
    await page.locator("#predict [name=guess]").fill("10")
    await page.get_by_role("button", name="That is my guess").click()
    await expect(page.locator("#file-guess")).to_contain_text("Your guess: 10.0 s.")

    await page.locator("#press-play").click()
    await offline.has("mode", "replay")
    await expect(offline.tokens(1, "view")).to_have_count(1)
    assert await page.evaluate(IS_INSIDE, "[data-box=view]")
    await page.keyboard.press("End")
    await page.wait_for_function(ANSWERED)
    await expect(page.locator("#verdict")).to_contain_text("You were right.")
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == TELEPHONE["width"]
    await context.close()
    assert offline.complaints() == []
