"""A word that explains itself: by keyboard, by pointer and by tap."""

from playwright.async_api import Browser, expect

from tests.browser.stage_page import StagePage


async def test_a_word_opens_on_focus_and_on_hover_stays_when_clicked_and_closes_with_esc(stage: StagePage) -> None:
    page, keys = stage.page, stage.page.keyboard
    await page.goto(f"{stage.demo.url}/words")
    word, note = page.locator(".word"), page.locator("#word-event-loop")
    await expect(note).to_be_hidden()

    await page.get_by_role("link", name="Glossary", exact=True).focus()
    await keys.press("Tab")
    await expect(word).to_be_focused()
    await expect(note).to_be_visible()
    await keys.press("Tab")
    await expect(note.get_by_role("link")).to_be_focused()
    await keys.press("Escape")
    await expect(note).to_be_hidden()

    await page.mouse.move(1, 1)
    await word.hover()
    await expect(note).to_be_visible()
    place, at = await note.bounding_box(), await word.bounding_box()
    assert place is not None
    assert at is not None
    assert 0 < place["y"] - (at["y"] + at["height"]) < at["height"]
    await word.click()
    await page.mouse.move(1, 1)
    await page.wait_for_timeout(400)
    await expect(note).to_be_visible()
    await page.mouse.click(1, 1)
    await expect(note).to_be_hidden()

    await word.hover()
    await expect(note).to_be_visible()
    await page.mouse.move(1, 1)
    await expect(note).to_be_hidden()


async def test_a_tap_opens_a_word_without_any_script(browser: Browser, stage: StagePage) -> None:
    context = await browser.new_context(has_touch=True, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{stage.demo.url}/words")
    await page.locator(".word").tap()
    await expect(page.locator("#word-event-loop")).to_be_visible()
    await context.close()
