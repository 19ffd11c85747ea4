"""The comparison and the race as somebody uses them, with the keyboard alone; axe reads what comes of it."""

import re

from playwright.async_api import expect

from tests.browser.stage_page import StagePage
from tests.browser.test_everyone import violations


async def test_a_chart_is_measured_drawn_and_cancelled_with_the_keyboard(stage: StagePage) -> None:
    page, keys = stage.page, stage.page.keyboard
    await page.goto(f"{stage.demo.url}/compare?told=all")
    await page.get_by_role("button", name=re.compile("Measure( again)?: Last answer by number of requests")).focus()
    await keys.press("Enter")
    await expect(page.get_by_text("3 of 8")).to_be_visible()
    cancel = page.get_by_role("button", name="Cancel")
    await cancel.focus()
    await expect(page.get_by_text("4 of 8")).to_be_visible()
    await expect(cancel).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator("#sweep")).to_contain_text("cancelled; 3 of 8 measured")
    await expect(page.get_by_role("button", name="Measure all")).to_be_focused()
    chart = page.get_by_role("region", name="Last answer by number of requests", exact=True)
    await expect(chart.locator("rect.plot-mark")).to_have_count(3)
    await expect(chart.get_by_role("row", name="gunicorn-sync").get_by_role("cell")).to_have_count(4)
    assert await violations(page) == []


async def test_bets_come_first_then_the_race_then_who_was_right(stage: StagePage) -> None:
    page, keys = stage.page, stage.page.keyboard
    await page.goto(f"{stage.demo.url}/race")
    await page.get_by_role("button", name="uvicorn").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="uvicorn", pressed=True)).to_be_focused()
    await page.get_by_label("requests").fill("4")
    await page.get_by_label("duration, s").fill("0.3")
    await keys.press("Enter")
    await expect(page.get_by_text("Bets are closed")).to_be_visible()
    await expect(page.locator("#race")).to_contain_text("You bet on uvicorn: it came first.")
    await expect(page.get_by_role("row", name="gunicorn-sync")).to_be_visible()
    await expect(page.locator("#bets button:not([disabled])")).to_have_count(2)
    assert await violations(page) == []
