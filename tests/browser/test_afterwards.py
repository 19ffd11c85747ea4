"""What a browser remembers of a lesson leads on: its explanation, its questions, the review and the last page."""

from playwright.async_api import expect

from dashboard.lessons.loader import course
from tests.browser.stage_page import StagePage

LESSON = course()[1]
DONE = '{"1": {"guess": "1", "words": "1.00 s", "done": "2026-11-29T10:00:00Z"}}'


async def test_a_lesson_that_is_done_is_explained_asked_about_and_summed_up(stage: StagePage) -> None:
    page, url = stage.page, stage.demo.url
    await page.goto(f"{url}/lessons")
    await page.evaluate("(done) => localStorage.setItem('gatescope-lessons', done)", DONE)

    await page.goto(f"{url}/lessons/1?beat=explain")
    await expect(page.locator(".explain-text .moral")).to_contain_text("how long the line is")
    await expect(page.locator(".explain-text")).to_contain_text("Your guess, 1.00 s: That would need ten at once.")
    await page.locator("[data-opens=questions]").click()
    second = page.locator(".question").nth(1)
    wrong = next(place for place, reply in enumerate(LESSON.ask[1].replies) if not reply.right)
    await second.locator("input").nth(wrong).check()
    await expect(second.locator(".reply-answer:visible")).to_contain_text(LESSON.ask[1].replies[wrong].answer[:30])

    await page.goto(f"{url}/review")
    await expect(page.locator(".question legend").first).to_have_text(LESSON.ask[1].question)
    await expect(page.locator(".question")).to_have_count(len(LESSON.ask))

    await page.goto(f"{url}/learnt")
    await expect(page.locator("[data-lesson='1'] [data-guess]")).to_have_text("1.00 s")


async def test_a_variation_begins_with_its_question_and_leads_back(stage: StagePage) -> None:
    await stage.page.goto(f"{stage.demo.url}/lessons/1b")
    await stage.has("beat", "predict")
    await expect(stage.page.locator("#predict-title")).to_have_text(LESSON.vary[1].text)
    await stage.page.locator("#lesson-after").click()
    await stage.page.wait_for_url(f"{stage.demo.url}/lessons/1?beat=explain")
