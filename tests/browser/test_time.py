"""The playhead: live, paused, stepped, replayed slowly."""

import operator
from functools import partial

import pytest
from playwright.async_api import expect

from tests.browser.stage_page import StagePage


@pytest.mark.alone
async def test_while_paused_the_picture_stands_and_news_are_counted(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 2)
    await stage.page.get_by_role("button", name="Pause").click()
    await stage.has("mode", "paused")
    before = (await stage.data("time"), await stage.places())

    await stage.run_is_over()

    assert (await stage.data("time"), await stage.places()) == before
    await expect(stage.page.locator("#news")).to_contain_text("new event")


@pytest.mark.alone
async def test_jump_to_live_shows_what_is_now(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 2)
    await stage.page.get_by_role("button", name="Pause").click()
    await stage.run_is_over()
    await stage.page.get_by_role("button", name="jump to live").click()

    await stage.has("mode", "live")
    await expect(stage.page.locator("#news")).to_be_hidden()
    await expect(stage.tokens(2, "client")).to_have_count(2)


async def test_after_a_run_a_slow_replay_is_offered_and_shows_it_again_in_equal_steps(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 2)
    await stage.run_is_over()
    await stage.page.get_by_role("button", name="slow replay").click()

    await stage.has("mode", "replay")
    await stage.has("clock", "steps")
    await expect(stage.page.locator("#speed")).to_have_text("1 s a step")
    first = int(await stage.data("time"))
    await stage.until("time", lambda time: time > first)


async def test_the_clock_is_switched_by_key_and_button_and_the_moment_stays(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 1)
    await stage.run_is_over()
    await stage.page.get_by_role("button", name="To the start").click()
    await stage.drawn()
    begin = int(await stage.data("time"))
    await stage.page.get_by_role("button", name="One event forward").click()
    await stage.until("time", lambda time: time > begin)
    moment = await stage.data("time")
    await stage.page.keyboard.press("t")
    await stage.has("clock", "steps")
    await expect(stage.page.get_by_role("button", name="equal steps")).to_have_attribute("aria-pressed", "true")
    assert await stage.data("time") == moment
    await stage.page.get_by_role("button", name="to scale").click()
    await stage.has("clock", "scale")

    assert await stage.data("time") == moment


async def test_steps_go_forward_and_back_by_events(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 1)
    await stage.run_is_over()
    await stage.page.get_by_role("button", name="To the start").click()
    await stage.drawn()
    begin = int(await stage.data("time"))
    seen = [await stage.places()]
    for _ in range(6):
        moment = int(await stage.data("time"))
        await stage.page.get_by_role("button", name="One event forward").click()
        await stage.until("time", partial(operator.lt, moment))
        seen.append(await stage.places())
    for before in reversed(seen[:-1]):
        await stage.page.get_by_role("button", name="One event back").click()
        await stage.drawn()
        assert await stage.places() == before

    assert int(await stage.data("time")) == begin


async def test_speed_goes_from_real_time_to_a_two_thousandth(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 1)
    await stage.run_is_over()
    await stage.page.get_by_role("button", name="To the start").click()
    for _ in range(12):
        await stage.page.get_by_role("button", name="Slower").click()
    await stage.has("speed", "1/2000")
    for _ in range(12):
        await stage.page.get_by_role("button", name="Faster").click()
    await stage.has("speed", "1/1")


@pytest.mark.alone
async def test_the_scrubber_reaches_any_moment_of_the_run(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 1)
    await stage.run_is_over()
    await stage.page.locator("#scrubber").fill("500")

    await stage.has("mode", "paused")
    await expect(stage.tokens(2, "view")).to_have_count(1)


async def test_the_stage_rests_when_nothing_moves(stage: StagePage) -> None:
    await stage.page.add_init_script(
        """window.drawn = 0;
        const original = requestAnimationFrame;
        window.requestAnimationFrame = (draw) => original((now) => { window.drawn += 1; draw(now); });"""
    )
    await stage.open()
    await stage.fire("hello", 1)
    await stage.run_is_over()
    await stage.page.wait_for_timeout(1500)
    before = await stage.page.evaluate("window.drawn")
    await stage.page.wait_for_timeout(1000)

    # A frame a heartbeat, not sixty a second.
    assert await stage.page.evaluate("window.drawn") - before <= 10


@pytest.mark.alone
async def test_the_timeline_zooms_moves_and_sums_up_what_is_selected(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("wait-async", 2)
    await stage.run_is_over()
    await stage.page.keyboard.press("Home")
    shown, selection = stage.page.locator("#shown"), stage.page.locator("#selection")
    await expect(shown).to_be_hidden()
    await stage.page.locator("#lanes").hover(position={"x": 500, "y": 60})
    await stage.page.mouse.wheel(0, -600)
    await expect(shown).to_contain_text("s – ")
    closer = await shown.inner_text()
    await stage.page.keyboard.press("d")
    await expect(shown).not_to_have_text(closer)
    await stage.page.keyboard.press("0")
    await expect(shown).to_be_hidden()

    await stage.page.keyboard.press("End")
    box = await stage.page.locator("#lanes").bounding_box()
    assert box
    await stage.page.mouse.move(box["x"] + 200, box["y"] + 60)
    await stage.page.mouse.down()
    await stage.page.mouse.move(box["x"] + 500, box["y"] + 60, steps=3)
    await stage.page.mouse.up()
    await expect(selection).to_contain_text("4 requests")
    await expect(selection.locator("tr", has_text="awaiting")).to_contain_text(" s")
    await stage.page.keyboard.press("Escape")
    await expect(selection).to_be_hidden()
