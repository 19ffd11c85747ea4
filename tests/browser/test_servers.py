"""The panel of servers: what runs, how it was started, and stop and start from the page."""

from playwright.async_api import expect

from tests.browser.stage_page import StagePage


async def test_a_server_is_started_and_stopped_from_the_page(stage: StagePage) -> None:
    await stage.open()
    await stage.page.get_by_role("button", name="servers up").click()
    panel = stage.page.locator('#fleet [data-server="gunicorn-gthread"]')
    await panel.get_by_role("button", name="start").click()
    await expect(panel).to_have_attribute("data-state", "running", timeout=20_000)
    await expect(stage.page.locator("#servers-up")).to_contain_text("3 of")
    await panel.get_by_role("button", name="stop").click()

    await expect(panel).to_have_attribute("data-state", "stopped", timeout=20_000)
    await expect(stage.page.locator("#servers-up")).to_contain_text("2 of")
