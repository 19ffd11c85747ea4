"""The speaker's window and the projected one are two views of one lecture."""

from playwright.async_api import expect

from dashboard.lessons.expected_answer import describe_expected_answer
from dashboard.lessons.loader import find_lesson
from tests.browser.stage_page import StagePage


async def test_what_is_pressed_in_the_speakers_window_happens_on_the_projector(stage: StagePage) -> None:
    lesson = find_lesson("5")
    assert lesson is not None
    projector = stage.page
    await projector.goto(f"{stage.demo.url}/lessons/5?list=3,5")
    await stage.is_live()
    # The window that was last used by hand is the projected one; here tests before have used others.
    await projector.keyboard.press("Shift")
    speaker = await projector.context.new_page()
    await speaker.goto(f"{stage.demo.url}/speaker")
    await expect(speaker.locator("#notes")).to_contain_text(lesson.title)
    await expect(speaker.locator("#notes")).to_contain_text(describe_expected_answer(lesson))
    await expect(speaker.locator("#planned")).to_contain_text("7–14 of 14 minutes")

    await expect(projector.locator("#pointer")).to_be_hidden()

    await speaker.keyboard.press("PageDown")
    await stage.has("beat", "predict")
    await expect(speaker.locator(".speaker-beat")).to_have_text("predict")
    await speaker.get_by_role("button", name="Blank").click()
    await expect(projector.locator("#curtain")).to_be_visible()
    await speaker.keyboard.press("PageUp")
    await expect(projector.locator("#curtain")).to_be_hidden()
    await stage.has("beat", "predict")

    await speaker.keyboard.press("z")
    await expect(projector.locator("#stage")).to_have_attribute("data-frozen", "")
    await speaker.keyboard.press("PageUp")
    await speaker.locator("#pad").hover(position={"x": 100, "y": 50})
    await expect(projector.locator("#pointer")).to_be_visible()
    await stage.has("beat", "predict")
    await speaker.keyboard.press("z")
    await expect(projector.locator("#stage:not([data-frozen])")).to_have_count(1)
    await speaker.keyboard.press("PageUp")
    await stage.has("beat", "name")

    await speaker.get_by_role("button", name="Start the clock").click()
    await expect(speaker.locator("#pace")).to_contain_text("ahead")
    await expect(speaker.locator("#elapsed")).to_have_text("0:02", timeout=10_000)
    await expect(speaker.locator("#fleet")).to_be_hidden()
    await speaker.close()
