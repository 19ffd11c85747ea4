"""A lesson in its five beats, without a mouse; and what becomes of guesses that are none."""

import itertools

from playwright.async_api import expect

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from tests.browser.stage_page import StagePage
from tests.browser.test_everyone import violations
from tests.browser.test_look import FAULTS, SIZES, at_rest, set_in_a_wide_font

MEASURED_WITHIN_MS = 60_000
SERVERS = {"gunicorn-sync", "uvicorn"}
"""Those that the tests' demo has up already."""


def a_lesson() -> Lesson:
    """The lesson of a number to guess that is fired with the fewest requests and waits."""
    possible = [lesson for lesson in course() if lesson.predict.kind == "number" and not lesson.ways]
    return min(possible, key=lambda lesson: (len(set(lesson.servers) - SERVERS), len(lesson.fire), lesson.number))


async def opened(stage: StagePage, query: str = "") -> Lesson:
    """The lesson's page, live."""
    lesson = a_lesson()
    await stage.page.goto(f"{stage.demo.url}/lessons/{lesson.slug}{query}")
    await stage.is_live()
    return lesson


async def is_beat(stage: StagePage, name: str) -> None:
    await stage.has("beat", name)
    await expect(stage.page.locator(f"[data-step={name}]")).to_have_attribute("aria-current", "step")


async def test_five_beats_by_keys_alone(stage: StagePage) -> None:
    lesson = await opened(stage)
    page, keys = stage.page, stage.page.keyboard
    await is_beat(stage, "name")
    await keys.press("n")
    await is_beat(stage, "predict")
    await expect(page.locator(".dial-slider")).to_be_focused()
    await keys.press("PageUp")
    await is_beat(stage, "name")
    await keys.press("PageDown")
    await is_beat(stage, "predict")
    for _ in range(3):
        await keys.press("ArrowRight")
    guess = float(await page.locator(".dial-field input").input_value())
    assert lesson.predict.least < guess <= lesson.predict.most
    await keys.press("Enter")
    await is_beat(stage, "fire")
    await expect(page.locator("#guess .axis-guess")).to_have_count(1)
    await expect(page.locator("#measure .is-fire")).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator(".attempt-progress")).to_contain_text("Firing 1 of", timeout=MEASURED_WITHIN_MS)
    await stage.has("beat", "see")
    card = page.locator(".see-card")
    await expect(card.locator(".axis-measured")).to_have_count(1)
    await expect(card.locator(".axis-guess")).to_have_count(1)
    await expect(page.locator(".proofs tbody tr")).to_have_count(len(lesson.prove))
    await keys.press("\\")
    await stage.has("mode", "replay")
    await expect(page.locator("#panel-lanes")).to_be_visible()
    await keys.press("PageUp")
    await stage.has("mode", "paused")
    await is_beat(stage, "see")
    await keys.press("n")
    await is_beat(stage, "explain")
    await keys.press("p")
    await expect(page.locator("#proving")).to_contain_text(f"manage.py lesson {lesson.slug}")
    await keys.press("Escape")
    await page.goto(f"{stage.demo.url}/lessons")
    entry = page.locator(f".entry[data-lesson='{lesson.slug}']").first
    await expect(entry.locator(".entry-done")).to_be_visible()
    await expect(entry.locator(".entry-figure a")).to_contain_text(lesson.predict.proof)
    await page.get_by_role("button", name="forget my progress").click()
    await expect(entry.locator(".entry-done")).to_be_hidden()


async def test_a_guess_that_is_no_number_is_told_and_stays_and_a_skip_is_deliberate(stage: StagePage) -> None:
    stage.forgiven = ("status of 400",)
    await opened(stage)
    page, keys = stage.page, stage.page.keyboard
    await keys.press("n")
    await page.locator(".dial-field input").fill("many")
    await keys.press("Enter")
    await expect(page.locator("#lesson .problem .error")).to_contain_text("'many' is not a number")
    await is_beat(stage, "predict")
    await expect(page.locator(".dial-field input")).to_have_value("many")
    await page.locator("[data-step=fire]").click()
    await expect(page.locator("#measure")).to_be_hidden()
    await page.locator(".fire-first [data-skip]").click()
    await expect(page.locator("#measure .is-fire")).to_be_enabled()
    await expect(page.locator("#guess")).to_contain_text("Skipped on purpose")
    await page.reload()
    await page.locator("[data-step=fire]").click()
    await expect(page.locator("#measure .is-fire")).to_be_enabled()


async def test_a_clicker_goes_on_from_a_choice(stage: StagePage) -> None:
    """The choice keeps its arrows, and neither the page keys nor N."""
    lesson = next(lesson for lesson in course() if lesson.predict.kind == "choice")
    await stage.page.goto(f"{stage.demo.url}/lessons/{lesson.slug}")
    await stage.is_live()
    keys = stage.page.keyboard
    await keys.press("n")
    await is_beat(stage, "predict")
    await keys.press("ArrowDown")
    await is_beat(stage, "predict")
    await keys.press("PageDown")
    await is_beat(stage, "fire")


async def test_what_else_a_clicker_sends_never_reloads_and_never_leads_away(stage: StagePage) -> None:
    """Its start button sends F5 and then Esc, its black button B or a full stop."""
    await opened(stage)
    page, keys = stage.page, stage.page.keyboard
    await page.evaluate("window.same = true")
    for beat in ("name", "predict", "fire", "see", "explain"):
        await page.locator(f"[data-step={beat}]").click()
        await is_beat(stage, beat)
        for key in ("F5", "Escape", "b", "."):
            await keys.press(key)
        await is_beat(stage, beat)
        await expect(page.locator("#curtain")).to_be_hidden()
    assert await page.evaluate("window.same")
    await expect(page.locator("html[data-projection]")).to_have_count(1)


async def test_axe_finds_no_violation_in_any_beat(stage: StagePage) -> None:
    await opened(stage)
    found = []
    for beat in ("predict", "fire", "see", "explain"):
        await stage.page.locator(f"[data-step={beat}]").click()
        found += await violations(stage.page)
    await stage.page.keyboard.press("p")
    found += await violations(stage.page)

    assert found == []


async def test_who_fires_beside_another_lesson_is_told_and_led_there(stage: StagePage) -> None:
    stage.forgiven = ("status of 409",)
    lesson = await opened(stage)
    attempt = stage.demo.post(f"/lessons/{lesson.slug}/attempts").json()
    try:
        page = stage.page
        await page.locator("[data-step=fire]").click()
        await page.locator(".fire-first [data-skip]").click()
        await page.locator("#measure .is-fire").click()
        await expect(page.locator("#lesson .problem .error")).to_contain_text("being measured")
        await page.locator("#lesson .problem a").click()
        await expect(page.locator("#attempt")).to_have_attribute("data-attempt", attempt["id"])
        await is_beat(stage, "fire")
        await expect(page.locator(".attempt-progress")).to_be_visible()
    finally:
        stage.demo.post(f"/attempts/{attempt['id']}/stop")
    await expect(stage.page.locator("#attempt")).to_contain_text("Stopped before the end")
    # A sync worker would still serve those at its door, one by one, before anybody else's.
    assert stage.demo.post("/fleet/gunicorn-sync/restart").status_code == 200


async def test_no_beat_overlaps_is_cut_off_or_too_small_at_any_size(stage: StagePage) -> None:
    lesson = a_lesson()
    attempt = stage.demo.post(f"/lessons/{lesson.slug}/attempts").json()
    await opened(stage, f"?attempt={attempt['id']}")
    await set_in_a_wide_font(stage)
    await stage.has("attempt", "done")
    found = []
    for size, projected in itertools.product(SIZES, (False, True)):
        await stage.page.set_viewport_size(size)
        await stage.page.evaluate(
            "(projected) => document.documentElement.toggleAttribute('data-projection', projected)", projected
        )
        for beat in ("name", "predict", "fire", "see"):
            await stage.page.locator(f"[data-step={beat}]").click()
            # Where nothing but the lesson's own sheet is seen nothing moves.
            if not projected or beat in {"name", "see"}:
                await at_rest(stage)
            where = f"{size['width']}x{size['height']}{' projected' if projected else ''}, {beat}"
            found += [f"{where}: {fault}" for fault in await stage.page.evaluate(FAULTS, {"projected": projected})]

    assert not found, "\n".join(found)
