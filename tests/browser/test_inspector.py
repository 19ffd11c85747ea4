"""Click a token, a box, a bar or a line of the list: what it is, its true times, its code."""

import secrets
import time

import pytest
from playwright.async_api import expect

from tests.browser.stage_page import StagePage

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'


@pytest.mark.alone
async def test_a_token_shows_its_story_code_and_command(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 2)
    await stage.tokens(2, "view").first.click()

    inspector = stage.page.locator("#inspector")
    await expect(inspector.locator("h2")).to_contain_text("Uvicorn")
    await expect(inspector.locator(".story")).to_contain_text("in its view")
    await expect(inspector.locator(".code-line").first).to_contain_text("async def wait_async")
    assert int(await inspector.locator(".code-number").first.inner_text()) > 1
    await expect(inspector.locator(".is-command")).to_contain_text("uvicorn")
    await stage.run_is_over()
    await expect(inspector.locator(".total")).to_contain_text("s")


async def test_escape_closes_it_and_gives_the_focus_back(stage: StagePage) -> None:
    await stage.open()
    box = stage.page.locator(".row[data-row='1'] [data-box=queue]")
    await box.focus()
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator("#inspector .story")).to_contain_text("outside Python")
    await stage.page.keyboard.press("Escape")

    await expect(stage.page.locator("#inspector")).to_be_hidden()
    await expect(box).to_be_focused()


async def test_after_a_click_space_still_pauses(stage: StagePage) -> None:
    await stage.open()
    await stage.page.locator(".row[data-row='1'] [data-box=queue]").click()
    await expect(stage.page.locator("#inspector .story")).to_contain_text("No request is here at this moment")
    await stage.page.keyboard.press("Escape")
    await stage.page.keyboard.press("Space")

    await stage.has("mode", "paused")
    await expect(stage.page.locator("#inspector")).to_be_hidden()
    await expect(stage.page.locator("#connected-word")).to_have_text("paused")


async def test_a_bar_of_the_lanes_opens_its_span(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait", 1)
    await stage.run_is_over()
    size = await stage.page.locator("#lanes").bounding_box()
    assert size
    # The only worker's bar takes most of the width and lies in the upper part.
    for share in (0.3, 0.35, 0.4, 0.25):
        await stage.page.mouse.click(size["x"] + size["width"] * 0.5, size["y"] + size["height"] * share)
        if await stage.page.locator("#inspector").is_visible():
            break

    await expect(stage.page.locator("#inspector h2")).to_contain_text("request 1")


async def test_the_list_of_requests_leads_to_inspector_and_permalink(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 2)
    await stage.run_is_over()
    await stage.page.get_by_role("tab", name="requests").click()

    lines = stage.page.locator(".requests tbody tr")
    await expect(lines).to_have_count(4)
    await expect(lines.first).to_contain_text("200")
    await lines.first.get_by_role("button").click()
    await expect(stage.page.locator("#inspector")).to_be_visible()
    await stage.page.keyboard.press("Escape")
    await lines.first.get_by_role("link").click()
    await expect(stage.page.locator("h1")).to_contain_text("Trace")
    await expect(stage.page.locator(".waterfall-row").first).to_contain_text("client")


async def test_the_waterfall_explains_each_span(stage: StagePage) -> None:
    run = stage.demo.run(["uvicorn"], "query", count=1)
    trace_id = run["servers"]["uvicorn"]["requests"][0]["trace_id"]
    await stage.page.goto(f"{stage.demo.url}/traces/{trace_id}")

    await expect(stage.page.locator("#story")).to_contain_text("with the database")
    await stage.page.locator('.waterfall-row:has(b:text-is("query"))').first.click()
    await expect(stage.page.locator("#inspector .story")).to_contain_text("database")
    await expect(stage.page.locator("#account")).to_contain_text("Unaccounted")
    await expect(stage.page.locator("#account .own-cost")).to_contain_text("Measuring it took")
    await expect(stage.page.get_by_role("link", name="All requests of this run")).to_be_visible()
    await stage.page.locator(".trace-table summary").click()
    await expect(stage.page.locator(".trace-table tbody tr").first).to_contain_text("client")


async def test_every_string_of_a_span_is_shown_literally(stage: StagePage) -> None:
    await stage.open()
    now = time.time_ns()
    trace_id = secrets.token_hex(16)
    stage.post_span(
        traceId=trace_id,
        spanId=secrets.token_hex(8),
        name=HOSTILE,
        startTimeUnixNano=str(now - 5_000_000),
        endTimeUnixNano=str(now),
        attributes=[
            {"key": key, "value": {"stringValue": value}}
            for key, value in {
                "gatescope.stage": "server",
                "gatescope.interface": "asgi",
                "thread.name": HOSTILE,
                HOSTILE: HOSTILE,
            }.items()
        ],
    )
    await stage.page.locator(f'[data-trace="{trace_id}"]').click()
    await stage.page.locator("#inspector summary").first.click()

    inspector = stage.page.locator("#inspector")
    await expect(inspector).to_contain_text(HOSTILE)
    await expect(inspector.locator("img, script")).to_have_count(0)
    await stage.page.goto(f"{stage.demo.url}/traces/{trace_id}")
    await expect(stage.page.locator(".waterfall")).to_contain_text(HOSTILE)
    await expect(stage.page.locator("img")).to_have_count(0)
    await expect(stage.page).to_have_title(f"Trace {trace_id[:8]} · Gatescope")


async def test_a_trace_that_has_only_begun_has_a_page_without_complaints(stage: StagePage) -> None:
    """An open span has no length yet, and a double cannot tell two neighbouring nanoseconds of today apart."""
    trace_id, span_id = secrets.token_hex(16), secrets.token_hex(8)
    begun = str(time.time_ns())
    stage.post_span(traceId=trace_id, spanId=span_id, name="begun", startTimeUnixNano=begun)
    await stage.page.goto(f"{stage.demo.url}/traces/{trace_id}")
    await expect(stage.page.locator(".waterfall")).to_contain_text("begun")
    # Whoever comes later is not to be taken for its companion.
    stage.post_span(traceId=trace_id, spanId=span_id, name="begun", startTimeUnixNano=begun, endTimeUnixNano=begun)


async def test_links_events_scope_and_resource_are_shown_and_a_link_leads_to_its_span(stage: StagePage) -> None:
    ids = {name: secrets.token_hex(16) for name in ("order", "mail")}
    now_ns = time.time_ns()
    usual = {"startTimeUnixNano": str(now_ns), "endTimeUnixNano": str(now_ns + 10**7), "kind": 5}
    link = {"traceId": ids["order"], "spanId": f"{1:016x}", "attributes": [text("why", HOSTILE)]}
    order = {**usual, "traceId": ids["order"], "spanId": f"{1:016x}", "name": "take the order"}
    mail = {
        **usual,
        "traceId": ids["mail"],
        "spanId": f"{2:016x}",
        "name": "send the mail",
        "traceState": "vendor=1",
        "links": [link],
        "events": [{"name": "accepted", "timeUnixNano": str(now_ns + 10**6), "attributes": [text("by", "smtp")]}],
    }
    scope = {"scope": {"name": "shop.mail", "version": "7"}, "spans": [order, mail]}
    resource = {"attributes": [text("service.name", "mailer"), text("host.name", "box-1")]}
    request = {"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}
    assert stage.demo.http.post("/v1/traces", json=request).status_code == 200

    await stage.page.goto(f"{stage.demo.url}/traces/{ids['mail']}?span={2:016x}")
    inspector = stage.page.locator("#inspector")
    said = {
        "links": f"why: {HOSTILE}",
        "events": "by: smtp",
        "fields": "vendor=1",
        "source": "shop.mail",
    }
    for name, words in said.items():
        block = inspector.locator(f"details[data-name={name}]")
        await block.locator("summary").click()
        await expect(block).to_contain_text(words)
    await expect(inspector.locator("details[data-name=source]")).to_contain_text("box-1")
    async with stage.page.expect_download() as download:
        await stage.page.get_by_role("link", name="OTLP/JSON").click()
    assert (await download.value).suggested_filename.endswith(".otlp.json")

    await inspector.locator("details[data-name=links] a").click()
    await expect(stage.page).to_have_url(f"{stage.demo.url}/traces/{ids['order']}?span={1:016x}")
    await expect(inspector).to_contain_text("take the order")
    assert await stage.page.title() != "1"


def text(key: str, value: str) -> dict[str, object]:
    """An attribute of OTLP/JSON."""
    return {"key": key, "value": {"stringValue": value}}
