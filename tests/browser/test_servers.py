"""The panel of servers: what runs, how it was started, and stop and start from the page."""

from playwright.async_api import expect

from tests.browser.stage_page import StagePage


async def test_a_server_is_started_and_stopped_from_the_page(stage: StagePage) -> None:
    await stage.open()
    await stage.page.get_by_role("button", name="servers up").click()
    # Lessons start what they need, and leave it running.
    stopped = stage.page.locator('#fleet [data-server]:has(button:text-is("start"))').first
    panel = stage.page.locator(f'#fleet [data-server="{await stopped.get_attribute("data-server")}"]')
    up = int((await stage.page.locator("#servers-up").inner_text()).split()[0])
    await panel.get_by_role("button", name="start").click()
    await expect(panel).to_have_attribute("data-state", "running", timeout=20_000)
    await expect(stage.page.locator("#servers-up")).to_contain_text(f"{up + 1} of")
    await panel.get_by_role("button", name="stop").click()

    await expect(panel).to_have_attribute("data-state", "stopped", timeout=20_000)
    await expect(stage.page.locator("#servers-up")).to_contain_text(f"{up} of")
