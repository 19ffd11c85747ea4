"""A run is recorded: its film plays as the run did, any moment has a link; it can be deleted and brought back."""

import re
import time

from playwright.async_api import expect

from tests.browser.stage_page import StagePage

STEPS = 12
Scene = tuple[str, list[str], list[str]]


async def scenes(stage: StagePage) -> list[Scene]:
    """The film from its start, event by event: the time, where each token stands, and the numbers beside the rows."""
    await stage.page.get_by_role("button", name="To the start").click()
    await stage.drawn()
    seen = [await scene(stage)]
    for _ in range(STEPS):
        await stage.page.get_by_role("button", name="One event forward").click()
        await stage.until("time", lambda time: time > int(seen[-1][0]))
        seen.append(await scene(stage))
    return seen


async def scene(stage: StagePage) -> Scene:
    counts = await stage.page.locator("[data-count]").all_text_contents()
    return await stage.data("time"), await stage.places(), counts


async def test_a_recording_plays_like_the_run_and_can_be_deleted_and_brought_back(stage: StagePage) -> None:
    page = stage.page
    await stage.open()
    await stage.fire("hello", 2)
    await stage.run_is_over()
    live = await scenes(stage)

    await page.get_by_role("button", name="Keep and share").click()
    await page.get_by_role("link", name="Open the recording").click()
    await stage.until("requests", lambda requests: requests == 4)
    await expect(page.locator("#empty")).to_be_hidden()
    assert await scene(stage) == live[-1]
    assert await scenes(stage) == live
    result = page.locator('.result[data-server="uvicorn"]')
    await page.get_by_role("button", name="To the start").click()
    await expect(result).to_be_hidden()
    await page.get_by_role("button", name="To the end").click()
    await expect(result).to_be_visible()

    address = page.url.partition("?")[0]
    await page.get_by_role("link", name="recordings").click()
    row = page.locator("tbody tr").filter(has=page.locator(f'a[href="{address.removeprefix(stage.demo.url)}"]'))
    await row.get_by_role("button", name="Delete").click()
    await expect(row).to_have_count(0)
    stage.forgiven = ("410",)
    await page.goto(address)
    await expect(page.get_by_text("was deleted")).to_be_visible()
    await page.get_by_role("button", name="Restore it").click()
    await stage.until("requests", lambda requests: requests == 4)


async def test_the_list_is_searched_while_typing_and_a_deletion_is_undone(stage: StagePage) -> None:
    page = stage.page
    stage.demo.run(["uvicorn"], "template")
    await page.goto(f"{stage.demo.url}/recordings")
    rows = page.locator("tbody tr")
    await page.get_by_role("searchbox").fill("nowhere-to-be-found")
    await expect(page.get_by_text("No recordings match")).to_be_visible()
    await page.get_by_role("searchbox").fill("template")
    await expect(rows.first).to_contain_text("template")
    assert "?text=template&" in page.url
    number = await rows.count()
    await rows.first.get_by_role("button", name="Delete").click()
    await expect(rows).to_have_count(number - 1)
    await page.get_by_role("button", name="Undo").click()
    await expect(rows).to_have_count(number)


async def test_requests_of_others_are_recorded_when_somebody_keeps_them(stage: StagePage) -> None:
    page = stage.page
    await stage.open()
    known = int(await stage.data("requests"))
    trace = "5e" * 16
    now = time.time_ns()
    times = {"startTimeUnixNano": str(now - 1_000_000_000), "endTimeUnixNano": str(now)}
    attributes = [{"key": "gatescope.stage", "value": {"stringValue": "server"}}]
    stage.post_span(traceId=trace, spanId="5e" * 8, name="GET", kind=2, attributes=attributes, **times)
    await stage.until("requests", lambda requests: requests > known)
    await page.keyboard.press("c")
    await page.get_by_label("Name of the recording").fill("Somebody else's")
    await page.get_by_role("button", name="Keep this take").click()
    await expect(page.get_by_text("Kept as “Somebody else's”")).to_be_visible()
    await expect(page.get_by_label("Link to this moment")).to_have_value(re.compile("/recordings/"))
    await page.get_by_role("link", name="open the recording", exact=True).click()
    await stage.until("requests", lambda requests: requests == 1)
    await expect(page.locator("h1")).to_have_text("Somebody else's")
