"""A project of one's own comes onto the stage by itself, beside the servers of the laboratory."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import LAPTOP
from tests.browser.stage_page import StagePage
from tests.support.demo import Gatescope, gatescope
from tests.support.own_project import UVICORN, OwnProject, start_project


@pytest_asyncio.fixture(loop_scope="session")
async def lab(browser: Browser, tmp_path: Path) -> AsyncIterator[StagePage]:
    """The stage of a dashboard that nobody else sends to."""
    with gatescope(tmp_path / "data", "gunicorn-sync", "uvicorn") as demo:
        context = await browser.new_context(viewport=LAPTOP)
        stage = StagePage(await context.new_page(), demo)
        await stage.watch()
        yield stage
        await context.close()
        assert stage.complaints() == []


def endpoint(demo: Gatescope) -> str:
    return f"{demo.url}/v1/traces"


def ask(url: str, *paths: str) -> None:
    for path in paths:
        httpx.get(f"{url}{path}", trust_env=False)


async def test_own_services_take_the_rows_when_they_first_send(lab: StagePage, tmp_path: Path) -> None:
    await lab.open()
    shop = start_project(tmp_path / "shop")
    first, second = (lab.page.locator(f'.row[data-row="{number}"]') for number in (1, 2))
    with (
        shop.serving("my-shop", endpoint(lab.demo)) as wsgi,
        shop.serving("my-api", endpoint(lab.demo), UVICORN) as asgi,
    ):
        ask(wsgi, "/", "/admin/login/")
        await expect(first).to_have_attribute("data-server", "my-shop")
        await expect(first).to_have_attribute("data-interface", "wsgi")
        await expect(first.locator("[data-part=why]")).to_contain_text("process")
        # Nothing told when these requests set out.
        await expect(first.locator("[data-count=waiting]")).to_have_text("–")
        ask(wsgi, "/")
        ask(asgi, "/admin/login/")
        await expect(second).to_have_attribute("data-server", "my-api")
        await expect(second).to_have_attribute("data-interface", "asgi")
        await lab.page.get_by_role("tab", name="requests").click()
        lines = lab.page.locator("#panel-requests tbody tr")
        await expect(lines.filter(has_text="my-api").first).to_contain_text("GET /admin/login/")

        # Fire sends to servers of the table alone, and says so.
        await lab.page.get_by_role("button", name="Fire").click()
        await expect(lab.page.locator("#problem")).to_contain_text("Choose one")


async def test_what_somebody_chose_stays(lab: StagePage, tmp_path: Path) -> None:
    await lab.open("?server=uvicorn&server=gunicorn-sync")
    shop: OwnProject = start_project(tmp_path / "shop")
    first = lab.page.locator('.row[data-row="1"]')
    with shop.serving("my-shop", endpoint(lab.demo)) as url:
        ask(url, "/")
        option = first.locator("optgroup option")
        await expect(option).to_have_attribute("value", "my-shop")
        await expect(first).to_have_attribute("data-server", "uvicorn")
        await first.locator("select").select_option("my-shop")
        ask(url, "/")
        await expect(first).to_have_attribute("data-server", "my-shop")
        await lab.until("requests", lambda requests: requests > 0)
