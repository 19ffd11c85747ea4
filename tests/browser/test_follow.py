"""Follow one request: its story, its code and its conversation in step with the playhead, the rest dimmed."""

from playwright.async_api import expect

from tests.browser.stage_page import StagePage
from tests.fleet.helpers import wait_until


async def test_one_request_is_followed_by_keys_alone(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 2)
    await stage.run_is_over()
    page, panel = stage.page, stage.page.locator("#follow")
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("x")
    await expect(panel.locator("h2")).to_have_text("Request 1")
    await expect(panel.locator(".follow-steps .is-now")).to_contain_text("It was answered after")
    await expect(page.locator(".row[data-row='2']")).to_be_hidden()

    await page.keyboard.press("ArrowDown")
    await expect(panel.locator("h2")).to_have_text("Request 2")
    await page.keyboard.press("v")
    await expect(page.locator(".row[data-row='1']")).to_be_hidden()
    await expect(page.locator(".row[data-row='2'] .token.is-followed")).to_have_attribute(
        "aria-label", "Request 2 at Uvicorn, 1 event loop, GET /wait-async/: answered"
    )

    await panel.get_by_role("button", name="awaited").filter(has_text="asyncio.sleep").click()
    await stage.has("mode", "paused")
    await expect(panel.locator(".follow-steps [aria-current=step]")).to_contain_text("wait_async() awaited")
    await expect(panel.locator(".is-executing")).to_contain_text("await asyncio.sleep(seconds)")
    await expect(panel.locator(".talk-line.is-now")).to_contain_text("await receive()")
    await expect(panel.locator(".talk-line.is-later").first).to_contain_text("http.response.start 200")
    await expect(page.get_by_role("status")).to_contain_text("Request 2 at Uvicorn: wait_async() awaited")

    # However fast it is stepped, what is marked at last is the step of the moment that is shown.
    for key in ("PageDown",) * 12:
        await page.keyboard.press(key)
    await page.wait_for_timeout(500)
    begun = [int(await one.get_attribute("data-from") or 0) for one in await panel.locator("[data-from]").all()]
    marked = int(await panel.locator(".follow-steps .is-now button").get_attribute("data-from") or 0)
    time = int(await stage.data("time"))
    assert marked == max(one for one in begun if one <= time + 1000)

    await page.keyboard.press("End")
    await expect(panel.locator(".talk-line.is-later")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(page.locator(".row")).to_have_count(2)
    await expect(page.locator(".row[data-row='1']")).to_be_visible()


async def test_on_a_large_screen_the_same_request_is_followed_on_both_servers(stage: StagePage) -> None:
    await stage.page.set_viewport_size({"width": 1920, "height": 1080})
    await stage.open()
    await stage.fire("hello", 1)
    await stage.run_is_over()
    await stage.page.evaluate("document.activeElement.blur()")
    await stage.page.keyboard.press("x")

    both = stage.page.locator(".followed")
    await expect(both).to_have_count(2)
    await expect(both.first.locator(".talk")).to_contain_text("start_response(200, headers)")
    await expect(both.last.locator(".talk")).to_contain_text("send http.response.start 200")
    size = await stage.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [1920, 1080]


async def test_the_handout_of_a_run_tells_its_first_requests_on_paper(stage: StagePage) -> None:
    run = stage.demo.run(["gunicorn-sync", "uvicorn"], "wait", count=2, seconds=0.1)
    assert wait_until(lambda: stage.demo.http.get(f"/recordings/{run['id']}").status_code == 200, 20)
    await stage.page.goto(f"{stage.demo.url}/runs/{run['id']}")
    await stage.page.get_by_role("link", name="Handout").click()
    gunicorn = stage.page.locator("[data-handout=gunicorn-sync]")

    await expect(gunicorn.locator(".printed")).to_have_count(2)
    await expect(gunicorn.locator(".printed-steps").first).to_contain_text("wait() ran")
    await expect(gunicorn.locator("figcaption").first).to_have_text("wait · samples/scenarios.py")
    await expect(gunicorn.locator(".handout-figures")).to_contain_text("last answer")
    await stage.page.emulate_media(media="print")
    await expect(stage.page.get_by_role("button", name="Print")).to_be_hidden()
