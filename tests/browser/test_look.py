"""What a projector demands: everything on one screen, nothing too small, nothing cut off."""

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.stage_page import StagePage
from tests.running import Gatescope

SMALLEST_TEXT = """
() => {
  const sizes = [];
  for (const element of document.querySelectorAll("header *, #stage *, footer *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const visible = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!own || !visible || element.closest("option, .unseen")) continue;
    const scale = element.getScreenCTM ? element.getScreenCTM().a : 1;
    sizes.push([parseFloat(getComputedStyle(element).fontSize) * scale, element.textContent]);
  }
  return sizes.sort((one, other) => one[0] - other[0])[0];
}
"""


async def set_in_a_wide_font(stage: StagePage) -> None:
    """A page must hold on any machine; of the fonts that systems bring, DejaVu and Verdana need the most room."""
    await stage.page.evaluate(
        "document.documentElement.style.setProperty('--font', '\"DejaVu Sans\", Verdana, sans-serif')"
    )


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080), (1024, 768)])
async def test_nothing_scrolls(stage: StagePage, width: int, height: int) -> None:
    await stage.page.set_viewport_size({"width": width, "height": height})
    await stage.open()
    await set_in_a_wide_font(stage)
    await stage.fire("hello", 10)
    await stage.run_is_over()

    size = await stage.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == [width, height]


@pytest.mark.alone
async def test_at_projector_size_no_text_is_below_2_8_percent_of_the_height(stage: StagePage) -> None:
    await stage.open("?project")
    await stage.fire("wait", 10)
    await expect(stage.tokens(1, "view")).to_have_count(1)
    await stage.page.wait_for_timeout(500)

    size, text = await stage.page.evaluate(SMALLEST_TEXT)
    assert size >= 0.028 * 720 - 0.1, text
    await stage.run_is_over()


OVERLAPPING = """
() => {
  const selector = ":is(header, footer) :is(button, select, input), #time, #speed";
  const controls = [...document.querySelectorAll(selector)]
    .filter((one) => one.checkVisibility() && !one.closest(".row"))
    .map((one) => [one.textContent.trim() || one.name || one.id || one.ariaLabel, one.getBoundingClientRect()]);
  const outside = controls.filter(([, box]) => box.right > innerWidth + 1 || box.bottom > innerHeight + 1);
  const across = (one, other) => one.left < other.right - 1 && other.left < one.right - 1;
  const meet = (one, other) => across(one, other) && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  const pairs = controls.flatMap(([name, box], i) =>
    controls.slice(i + 1).filter(([, other]) => meet(box, other)).map(([other]) => `${name} | ${other}`));
  return [...outside.map(([name]) => `${name} outside`), ...pairs];
}
"""


@pytest.mark.parametrize("query", ["", "?project"])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1024, 768)])
@pytest.mark.alone
async def test_controls_do_not_overlap(stage: StagePage, width: int, height: int, query: str) -> None:
    await stage.page.set_viewport_size({"width": width, "height": height})
    await stage.open(query)
    await set_in_a_wide_font(stage)
    await stage.fire("wait-async", 2)
    await expect(stage.page.get_by_role("button", name="Stop")).to_be_visible()
    assert await stage.page.evaluate(OVERLAPPING) == []
    await stage.run_is_over()
    await stage.page.keyboard.press("\\")
    await stage.has("mode", "replay")

    assert await stage.page.evaluate(OVERLAPPING) == []


async def test_controls_are_at_least_24_pixels(stage: StagePage) -> None:
    await stage.open()
    small = await stage.page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, a")]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.getBoundingClientRect(), one])
          .filter(([box]) => Math.min(box.width, box.height) < 24)
          .map(([box, one]) => `${one.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`)"""
    )

    assert small == []


@pytest.mark.alone
async def test_less_motion_loses_nothing(browser: Browser, demo: Gatescope) -> None:
    size: ViewportSize = {"width": 1280, "height": 720}
    context = await browser.new_context(viewport=size, reduced_motion="reduce")
    stage = StagePage(await context.new_page(), demo)
    await stage.watch()
    await stage.open()
    await stage.fire("wait-async", 2)

    await expect(stage.tokens(2, "view")).to_have_count(2)
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
