"""What a projector demands: everything on one screen, nothing too small, nothing cut off."""

import itertools
from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.stage_page import StagePage
from tests.support.demo import Gatescope

SIZES: tuple[ViewportSize, ...] = (
    {"width": 1280, "height": 720},
    {"width": 1920, "height": 1080},
    {"width": 1024, "height": 768},
)
WHERE_TOKENS_STAND = """
() => [...document.querySelectorAll(".token")].map((one) => one.getAttribute("transform")).join()
"""
FAULTS = (Path(__file__).parent / "faults.js").read_text()


async def set_in_a_wide_font(stage: StagePage) -> None:
    """A page must hold on any machine; of the fonts that systems bring, DejaVu and Verdana need the most room."""
    await stage.page.evaluate(
        "document.documentElement.style.setProperty('--font', '\"DejaVu Sans\", Verdana, sans-serif')"
    )


async def at_rest(stage: StagePage) -> None:
    """Wait until boxes were measured anew and tokens have travelled there."""
    before: object = None
    while before != (before := await stage.page.evaluate(WHERE_TOKENS_STAND)):
        await stage.page.wait_for_timeout(300)


async def faults(stage: StagePage) -> list[str]:
    """What is wrong at each size, at both distances and in both themes; empty when nothing is."""
    found = []
    for size, projected, theme in itertools.product(SIZES, (False, True), ("light", "dark")):
        await stage.page.set_viewport_size(size)
        await stage.page.evaluate(
            """([projected, theme]) => {
              document.documentElement.toggleAttribute("data-projection", projected);
              document.documentElement.dataset.theme = theme;
            }""",
            [projected, theme],
        )
        await at_rest(stage)
        where = f"{size['width']}x{size['height']} {theme}{' projected' if projected else ''}"
        found += [f"{where}: {fault}" for fault in await stage.page.evaluate(FAULTS, {"projected": projected})]
    return found


@pytest.mark.alone
async def test_at_every_size_nothing_overlaps_is_cut_off_too_small_or_too_faint(stage: StagePage) -> None:
    await stage.open()
    await set_in_a_wide_font(stage)
    await stage.fire("wait", 4)
    await expect(stage.tokens(1, "view")).to_have_count(1)
    await expect(stage.tokens(1, "queue")).to_have_count(3)
    await stage.page.keyboard.press("Space")
    await stage.has("mode", "paused")
    await expect(stage.page.locator("#news")).to_be_visible()

    assert await faults(stage) == []
    await stage.run_is_over()
    await stage.page.keyboard.press("l")
    await stage.has("mode", "live")
    await expect(stage.page.locator(".result .is-proof")).to_have_count(2)
    assert await faults(stage) == []


@pytest.mark.alone
async def test_less_motion_loses_nothing(browser: Browser, demo: Gatescope) -> None:
    size: ViewportSize = {"width": 1280, "height": 720}
    context = await browser.new_context(viewport=size, reduced_motion="reduce")
    stage = StagePage(await context.new_page(), demo)
    await stage.watch()
    await stage.open()
    await stage.fire("wait-async", 2)

    await expect(stage.tokens(2, "view")).to_have_count(2)
    await expect(stage.page.locator(".row[data-row='2'] .trail[d]").first).to_be_attached()
    await stage.run_is_over()
    await expect(stage.tokens(2, "client")).to_have_count(2)
    assert stage.complaints() == []
    await context.close()


async def test_a_dark_screen_is_served_dark(stage: StagePage) -> None:
    await stage.page.emulate_media(color_scheme="dark")
    await stage.open()

    assert (
        await stage.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(21, 22, 26)"
    )
