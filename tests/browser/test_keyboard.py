"""Everything works without a mouse, and the keys keep out of the way of typing."""

from playwright.async_api import expect

from tests.browser.stage_page import StagePage


async def test_a_run_is_fired_paused_stepped_and_inspected_by_keys_alone(stage: StagePage) -> None:
    await stage.open()
    await stage.page.select_option("[name=scenario]", "wait-async")
    await stage.page.locator("body").press("r")
    await expect(stage.tokens(2, "view").first).to_be_attached()
    await stage.page.keyboard.press("Space")
    await stage.has("mode", "paused")
    at = int(await stage.data("time"))
    await stage.page.keyboard.press("PageUp")
    await stage.until("time", lambda time: time < at)
    back = int(await stage.data("time"))
    await stage.page.keyboard.press("ArrowRight")
    await stage.until("time", lambda time: time > back)
    await stage.tokens(2).first.focus()
    await stage.page.keyboard.press("Enter")
    await expect(stage.page.locator("#inspector")).to_be_focused()
    await stage.page.keyboard.press("Escape")
    await expect(stage.page.locator("#inspector")).to_be_hidden()
    await stage.page.keyboard.press("l")
    await stage.has("mode", "live")
    await stage.run_is_over()


async def test_every_control_of_the_page_is_reached_with_tab(stage: StagePage) -> None:
    await stage.open()
    reached = set()
    for _ in range(60):
        await stage.page.keyboard.press("Tab")
        reached.add(
            await stage.page.evaluate("(document.activeElement.name || document.activeElement.textContent).trim()")
        )

    assert {"scenario", "count", "via", "server", "timeline", "?"} <= reached
    assert {"options", "Fire"} <= {name.split()[0] for name in reached if name}


async def test_the_pressed_key_is_shown_and_the_help_has_every_key(stage: StagePage) -> None:
    await stage.open()
    hint = stage.page.locator("#pressed")
    await stage.page.keyboard.press("1")
    await expect(stage.page.locator(".row[data-row='1'] select")).to_be_focused()
    await expect(hint).to_have_text("1server of a row")
    await stage.page.keyboard.press("Escape")
    await stage.page.keyboard.press("h")
    await expect(hint).to_have_text("Hprojector size")
    await stage.page.keyboard.press("?")
    await expect(hint).to_be_hidden()

    helped = await stage.page.locator("#help dt kbd").all_inner_texts()
    assert {"Space", "→", "PgUp", "End", "\\", "T", "R", "/", "X", "F", "M", "?"} <= set(helped)


async def test_typing_in_a_field_is_not_an_order(stage: StagePage) -> None:
    await stage.open()
    await stage.page.focus("[name=count]")
    await stage.page.keyboard.press("h")
    await stage.page.keyboard.press("Space")

    await stage.has("mode", "live")
    await expect(stage.page.locator("html:not([data-projection])")).to_have_count(1)


async def test_keys_can_be_switched_off(stage: StagePage) -> None:
    await stage.open()
    await stage.page.keyboard.press("?")
    await stage.page.get_by_label("shortcuts on").uncheck()
    await stage.page.keyboard.press("Escape")
    await stage.page.keyboard.press("h")

    await expect(stage.page.locator("#help")).to_be_hidden()
    await expect(stage.page.locator("html:not([data-projection])")).to_have_count(1)


async def test_the_status_line_speaks_of_the_run(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 1)
    await stage.run_is_over()

    await expect(stage.page.get_by_role("status")).to_contain_text("1 of 1 answered", timeout=30_000)
