"""WCAG 2.2 AA on every page, as far as axe can tell."""

from collections.abc import Iterable

from axe_playwright_python.async_playwright import Axe
from django.test import RequestFactory
from playwright.async_api import Page, expect

from dashboard.views.errors import server_error
from tests.browser.stage_page import StagePage
from tests.support.pages import PAGES, PAGES_OF_A_RUN

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


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


async def test_axe_finds_no_violation_on_any_other_page(stage: StagePage) -> None:
    stage.forgiven = ("status of 404", "status of 400", "status of 500")
    # No request makes the dashboard fail, as far as we know: this one is answered by the view that would answer then.
    failure = server_error(RequestFactory().get("/failed", headers={"accept": "text/html"}))
    await stage.page.route(
        "**/failed", lambda route: route.fulfill(status=500, body=failure.content, content_type="text/html")
    )
    run, other = (stage.demo.run(["uvicorn"], "hello", count=1) for _ in range(2))
    names = {"run": run["id"], "other": other["id"], "trace": run["servers"]["uvicorn"]["requests"][0]["trace_id"]}
    addresses = [*PAGES, "/failed", *(page.format_map(names) for page in PAGES_OF_A_RUN)]

    assert await violations_of(stage.page, [stage.demo.url + address for address in addresses]) == []
