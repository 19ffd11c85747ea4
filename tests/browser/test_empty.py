"""A stage with nothing on it says why, and what to do: in a dashboard that just began, stands alone, or is gone."""

import signal
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.conftest import LAPTOP
from tests.browser.stage_page import StagePage
from tests.browser.test_everyone import violations
from tests.browser.test_look import FAULTS
from tests.support.demo import gatescope


async def test_each_empty_stage_says_what_to_do(browser: Browser, tmp_path: Path) -> None:
    with gatescope(tmp_path, "uvicorn") as demo:
        context = await browser.new_context(viewport=LAPTOP)
        stage = StagePage(await context.new_page(), demo)
        await stage.watch()
        await stage.open()
        empty, loop = stage.page.locator("#empty"), stage.page.locator(".row[data-server=uvicorn] [data-box=worker]")
        await expect(empty).to_contain_text("Nothing has been sent yet")
        await expect(empty).to_contain_text("Press Fire")
        await expect(loop).to_contain_text("free")
        found = await violations(stage.page)

        demo.post("/fleet/uvicorn/stop")
        await expect(empty).to_contain_text("No server is up")
        await expect(loop).not_to_contain_text("free")
        await empty.get_by_role("button", name="Open the servers").click()
        await expect(stage.page.locator("#servers")).to_be_visible()
        await stage.page.keyboard.press("Escape")
        found += await violations(stage.page)

        stage.forgiven = ("WebSocket", "ERR_CONNECTION", "[object Event]")
        demo.process.send_signal(signal.SIGTERM)
        await expect(empty).to_contain_text("No connection to the dashboard")
        await expect(empty).to_contain_text("make demo")
        await expect(stage.page.locator("#connection")).to_be_visible()
        found += [*await violations(stage.page), *await stage.page.evaluate(FAULTS, {"projected": False})]
        await context.close()

    assert found == []
    assert stage.complaints() == []
