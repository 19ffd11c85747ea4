"""The main thing: press Fire and see where each request stands."""

import pytest
from playwright.async_api import expect

from tests.browser.stage_page import StagePage

WSGI, ASGI = 1, 2


@pytest.mark.alone
async def test_tokens_stand_where_the_requests_are(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait", 3)

    await expect(stage.tokens(WSGI, "queue")).to_have_count(2)
    await expect(stage.tokens(WSGI, "view")).to_have_count(1)
    await expect(stage.tokens(ASGI, "view")).to_have_count(3)
    await stage.run_is_over()
    await expect(stage.tokens(WSGI, "client")).to_have_count(3)
    await expect(stage.tokens(ASGI, "client")).to_have_count(3)


@pytest.mark.alone
async def test_numbers_beside_the_row_count_them(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 4)

    await expect(stage.page.locator(".row[data-row='1'] [data-count=waiting]")).to_have_text("3")
    await expect(stage.page.locator(".row[data-row='2'] [data-count=awaiting]")).to_have_text("4")
    await stage.run_is_over()
    await expect(stage.page.locator(".row[data-row='1'] [data-count=waiting]")).to_have_text("0")


@pytest.mark.alone
async def test_a_token_travels_through_its_places_in_order(stage: StagePage) -> None:
    await stage.open()
    await stage.page.evaluate(
        """() => {
          window.travelled = {};
          const old = new Set([...document.querySelectorAll("[data-trace]")].map((one) => one.dataset.trace));
          const note = ({ trace, place }) => {
            if (old.has(trace)) return;
            const seen = (window.travelled[trace] ??= []);
            if (seen.at(-1) !== place) seen.push(place);
          };
          new MutationObserver(() => {
            for (const token of document.querySelectorAll("[data-trace]")) note(token.dataset);
          }).observe(document.querySelector("#stage"), { subtree: true, attributes: true, childList: true });
        }"""
    )
    await stage.fire("wait", 2)
    await stage.run_is_over()
    for row in (WSGI, ASGI):
        await expect(stage.tokens(row, "client")).to_have_count(2)

    travelled = await stage.page.evaluate("window.travelled")
    assert len(travelled) == 4
    for places in travelled.values():
        way_in = places[: places.index("view")]
        assert set(way_in) <= {"client", "queue", "worker", "middleware"}
        assert places[-1] == "client"


async def test_each_server_gets_its_result_card(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait", 3)
    await stage.run_is_over()

    figures = {}
    for name in ("gunicorn-sync", "uvicorn"):
        card = stage.page.locator(f'.result[data-server="{name}"]')
        await expect(card).to_be_visible()
        figures[name] = float((await card.locator("[data-figure=last]").inner_text()).split()[0])
    assert figures["gunicorn-sync"] >= 3
    assert figures["uvicorn"] < figures["gunicorn-sync"]


async def test_a_refused_order_gets_one_sentence_at_the_form(stage: StagePage) -> None:
    stage.forgiven = ("status of 400",)
    await stage.open()
    await stage.page.fill("[name=count]", "0")
    await stage.page.get_by_role("button", name="Fire").click()

    await expect(stage.page.locator("#problem .error")).to_contain_text("0")
    await stage.page.fill("[name=count]", "1")
    await stage.page.get_by_role("button", name="Fire").click()
    await expect(stage.page.locator("#problem .error")).to_have_count(0)
    await stage.run_is_over()


async def test_a_failing_view_comes_back_with_an_x(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("error", 1)
    await stage.run_is_over()

    await expect(stage.tokens(ASGI).first).to_have_attribute("data-state", "failed")


async def test_choosing_another_server_changes_the_row_without_a_reload(stage: StagePage) -> None:
    await stage.open()
    await stage.page.get_by_label("Server of row 1").select_option("daphne")

    row = stage.page.locator(".row[data-row='1']")
    await expect(row).to_have_attribute("data-interface", "asgi")
    await expect(row.locator("[data-part=name]")).to_have_text("Daphne")
    await expect(row.locator("[data-box=worker]")).to_have_attribute("aria-label", "Loop")


async def test_firing_at_a_stopped_server_says_what_to_do(stage: StagePage) -> None:
    stage.forgiven = ("status of 409",)
    await stage.open()
    await stage.page.get_by_label("Server of row 1").select_option("daphne")
    await stage.page.get_by_role("button", name="Fire").click()

    await expect(stage.page.locator("#problem .error")).to_contain_text("daphne is stopped")


async def test_stop_breaks_a_run_off(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait", 20)
    await stage.page.get_by_role("button", name="Stop").click()

    await expect(stage.page.locator("#run")).to_have_attribute("data-state", "done", timeout=15_000)
    await expect(stage.page.locator(".run-note")).to_contain_text("stopped")
    # Those at its door are gone, but the server would still serve them, one by one, before anybody else's.
    assert stage.demo.post("/fleet/gunicorn-sync/restart").status_code == 200


async def test_a_run_has_a_page_of_its_own(stage: StagePage) -> None:
    run = stage.demo.run(["uvicorn"], "hello", count=2)
    await stage.page.goto(f"{stage.demo.url}/runs/{run['id']}")

    await expect(stage.page.locator("tbody tr")).to_have_count(2)
    await stage.page.locator("tbody a").first.click()
    await expect(stage.page.locator("h1")).to_contain_text("Trace")


async def test_the_options_of_a_run_are_set_by_keys_and_fired(stage: StagePage) -> None:
    await stage.open()
    await stage.page.select_option("[name=scenario]", "chat")
    await expect(stage.page.locator("[name=protocol]")).to_be_disabled()
    await stage.page.select_option("[name=scenario]", "wait-async")
    await stage.page.fill("[name=count]", "2")
    await stage.page.keyboard.press("Escape")
    await stage.page.keyboard.press("o")
    await expect(stage.page.locator("[name=concurrency]")).to_be_focused()
    await stage.page.keyboard.type("1")
    await stage.page.keyboard.press("Tab")
    await stage.page.keyboard.type("0.2")
    await expect(stage.page.locator("#more")).to_contain_text("2 set")
    known = int(await stage.data("requests"))
    await stage.page.keyboard.press("Enter")

    await expect(stage.page.locator("#options")).to_be_hidden()
    await stage.until("requests", lambda requests: requests >= known + 4)
    await stage.run_is_over()
    run = stage.demo.http.get(f"/runs/{await stage.page.locator('#run').get_attribute('data-run')}").json()
    assert run["concurrency"] == 1
    assert 0.2 <= run["servers"]["uvicorn"]["view_s"] < 1
    stage.forgiven = ("status of 400",)
    await stage.page.keyboard.press("o")
    await stage.page.fill("[name=leave]", "soon")
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator("#problem")).to_contain_text("(leave) is 'soon': expected a number")
