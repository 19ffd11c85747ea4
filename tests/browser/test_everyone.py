"""WCAG 2.2 AA on every page, as far as axe can tell."""

from collections.abc import Iterable

import pytest
from axe_playwright_python.async_playwright import Axe
from django.test import RequestFactory
from playwright.async_api import Page, ViewportSize, expect

from dashboard.views.errors import server_error
from tests.browser.stage_page import StagePage
from tests.support.pages import PAGES, PAGES_OF_A_RUN

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "rules": {"label-content-name-mismatch": {"enabled": True}},
}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}


async def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands. The page's policy does not bind the debugger that evaluates it."""
    broken = (await Axe().run(page, options=RULES)).response["violations"]
    return [f"{page.url} {rule['id']}: {node['html'][:160]}" for rule in broken for node in rule["nodes"]]


async def violations_of(page: Page, addresses: Iterable[str]) -> list[str]:
    found = []
    for address in addresses:
        await page.goto(address)
        if address.endswith("/handout"):
            await expect(page.locator(".printed").first).to_be_visible()
        found += await violations(page)
    return found


async def test_axe_finds_no_violation_on_the_stage_whatever_is_open(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 2)
    await stage.run_is_over()
    page, keys = stage.page, stage.page.keyboard
    found = await violations(page)
    for opens in ("o", "?", "x"):
        await keys.press(opens)
        found += await violations(page)
        await keys.press("Escape")
    await page.get_by_role("tab", name="requests").click()
    await page.locator(".row[data-row='1'] [data-box=view]").click()
    await expect(page.locator("#inspector")).to_be_visible()
    found += await violations(page)
    await keys.press("Escape")
    await page.get_by_role("button", name="servers up").click()
    found += await violations(page)
    await keys.press("Escape")
    await keys.press("h")
    await page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += await violations(page)

    assert found == []


async def addresses(stage: StagePage) -> list[str]:
    """Every page but the stage."""
    stage.forgiven = ("status of 404", "status of 400", "status of 500")
    # No request makes the dashboard fail, as far as we know: this one is answered by the view that would answer then.
    failure = server_error(RequestFactory().get("/failed", headers={"accept": "text/html"}))
    await stage.page.route(
        "**/failed", lambda route: route.fulfill(status=500, body=failure.content, content_type="text/html")
    )
    run, other = (stage.demo.run(["uvicorn"], "hello", count=1) for _ in range(2))
    names = {"run": run["id"], "other": other["id"], "trace": run["servers"]["uvicorn"]["requests"][0]["trace_id"]}
    paths = [*PAGES, "/failed", *(page.format_map(names) for page in PAGES_OF_A_RUN)]
    return [stage.demo.url + path for path in paths]


async def test_axe_finds_no_violation_on_any_other_page(stage: StagePage) -> None:
    assert await violations_of(stage.page, await addresses(stage)) == []


@pytest.mark.long
async def test_a_phone_in_the_system_s_own_colours_has_every_page_too(stage: StagePage) -> None:
    await stage.page.emulate_media(forced_colors="active")
    await stage.page.set_viewport_size(TELEPHONE)
    assert await violations_of(stage.page, [stage.demo.url, *await addresses(stage)]) == []
    wide = "document.documentElement.scrollWidth > innerWidth"
    for address in [stage.demo.url, *await addresses(stage)]:
        await stage.page.goto(address)
        assert not await stage.page.evaluate(wide), address


async def test_colours_that_were_chosen_hold_on_every_page(stage: StagePage) -> None:
    await stage.open()
    await stage.page.evaluate("localStorage.setItem('gatescope', JSON.stringify({ dark: true }))")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    for path in ("/", "/lessons", "/recordings", "/words"):
        await stage.page.goto(stage.demo.url + path)
        assert await stage.page.evaluate(ground) == "rgb(21, 22, 26)", path
