"""A project of one's own comes onto the stage by itself, beside the servers of the laboratory."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.conftest import LAPTOP
from tests.browser.stage_page import StagePage
from tests.browser.test_look import FAULTS
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
        await expect(first.locator("[data-part=about]")).to_contain_text("process")
        await expect(first.locator("[data-part=why]")).to_contain_text("GET /")
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
        await expect(lab.page.locator("#problem")).to_contain_text("Choose or add one")


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_rows_come_and_go_and_show_what_was_asked_for(lab: StagePage, tmp_path: Path) -> None:
    await lab.open()
    page = lab.page
    bar, rows = page.locator("#watch"), page.locator(".row")
    await expect(bar).to_be_hidden()
    shop = start_project(tmp_path / "shop")
    with (
        shop.serving("my-shop", endpoint(lab.demo)) as first,
        shop.serving("my-api", endpoint(lab.demo), UVICORN) as second,
        shop.serving("billing", endpoint(lab.demo)) as third,
    ):
        for url in (first, second, third):
            ask(url, "/")
        # Servers that nobody used made room, then there was a new row.
        await expect(rows).to_have_count(3)
        await expect(page.locator("#stage")).to_have_class(re.compile("is-many"))
        names = {await row.get_attribute("data-server") for row in await rows.all()}
        assert names == {"my-shop", "my-api", "billing"}
        await expect(bar).to_be_visible()
        assert await page.evaluate(FAULTS, {"projected": False}) == []

        billing = page.locator(".row[data-server=billing]")
        await billing.get_by_role("button", name="Take this row off").click()
        await expect(rows).to_have_count(2)
        ask(third, "/")
        ask(first, "/admin/login/", "/static/admin/css/base.css", "/missing")
        lines = page.locator("#panel-requests tbody tr")
        await page.get_by_role("tab", name="requests").click()
        await expect(lines.filter(has_text="GET /missing")).to_contain_text("404")
        await expect(rows).to_have_count(2)
        await page.locator("[data-watch=add]").select_option("billing")
        await expect(rows).to_have_count(3)

        await page.locator("[data-watch=window]").select_option("60")
        await expect(lines.filter(has_text="billing").first).to_be_visible()
        await page.locator("[data-kind=admin]").click()
        await expect(page.locator("[data-kind=admin]")).to_have_text("admin: 1 hidden")
        await expect(lines.filter(has_text="/admin/login/")).to_have_count(0)
        await page.locator("[data-watch=path]").fill("missing")
        await expect(lines).to_have_count(1)
        await expect(page.locator("[data-watch=left]")).to_contain_text("left out")
        # A browser remembers what it hides, and which window it shows, but not what was sought once.
        await page.reload()
        await lab.is_live()
        await expect(page.locator("[data-kind=admin]")).to_have_text("admin: 1 hidden")
        await expect(page.locator("[data-watch=path]")).to_have_value("")
        await expect(page.locator("[data-watch=window]")).to_have_value("60")


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
