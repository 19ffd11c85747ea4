"""Each key and each gesture does what the table of keys, or the timeline, promises."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Error, expect

from tests.browser.stage_page import StagePage

Check = Callable[["Keys"], Awaitable[None]]
CHECKS: dict[str, Check] = {}
"""What to do and to see for each key, under the name that is printed on it."""

Point = tuple[float, float]


class Keys:
    """The stage with two runs of the same scenario, and fingers on its keys."""

    def __init__(self, stage: StagePage) -> None:
        self.stage = stage
        self.page = stage.page

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def at_rest(self) -> None:
        """Stand at the start of the newest run in equal steps, with nothing open, closer, selected or focused."""
        await self.press("Escape", "Escape", "Escape", "l", "0")
        await self.page.evaluate("document.activeElement.blur()")
        await self.press("\\", "Home")
        await self.stage.has("mode", "paused")
        await self.stage.has("clock", "steps")

    async def time(self) -> int:
        """The moment on the stage, drawn after what was pressed last."""
        await self.stage.drawn()
        return int(await self.stage.data("time"))

    async def moves(self, key: str) -> int:
        """How far in time a key goes, in ns."""
        before = await self.time()
        await self.press(key)
        return await self.time() - before

    async def sees(self, selector: str) -> None:
        """Wait until something is on the screen."""
        await expect(self.page.locator(selector)).to_be_visible()

    async def misses(self, selector: str) -> None:
        """Wait until something is not on the screen."""
        await expect(self.page.locator(selector)).to_be_hidden()


def check(*names: str) -> Callable[[Check], Check]:
    def put(one: Check) -> Check:
        CHECKS.update(dict.fromkeys(names, one))
        return one

    return put


@check("Space")
async def plays_and_pauses(keys: Keys) -> None:
    await keys.press("Space")
    await keys.stage.has("mode", "replay")
    await keys.press("Space")
    await keys.stage.has("mode", "paused")


@check("→", "PgDn", "←", "PgUp")
async def steps(keys: Keys) -> None:
    for on, back in (("ArrowRight", "ArrowLeft"), ("PageDown", "PageUp")):
        far = await keys.moves(on)
        assert far > 0, on
        assert await keys.moves(back) == -far, back


@check("Home", "End")
async def goes_to_start_and_end_and_to_the_run_before(keys: Keys) -> None:
    far = await keys.moves("End")
    assert far > 0
    assert await keys.moves("ArrowRight") == 0
    assert await keys.moves("Home") == -far
    assert await keys.moves("Home") < 0


@check("[", "]")
async def is_slower_and_faster(keys: Keys) -> None:
    await keys.press("[")
    await keys.stage.has("speed", "1.4 s")
    await keys.press("]", "]")
    await keys.stage.has("speed", "0.7 s")


@check("\\", "T")
async def replays_in_equal_steps_and_switches_the_clock(keys: Keys) -> None:
    await keys.press("t", "End")
    await keys.stage.has("clock", "scale")
    end = await keys.time()
    await keys.press("\\")
    await keys.stage.has("mode", "replay")
    await keys.stage.has("clock", "steps")
    assert await keys.time() < end


@check("W", "+", "Q", "-", "A", "D", "0")
async def shows_a_part_of_the_timeline(keys: Keys) -> None:
    shown = keys.page.locator("#shown span")
    await keys.press("w")
    await keys.sees("#shown")
    first = await shown.inner_text()
    await keys.press("d")
    await expect(shown).not_to_have_text(first)
    await keys.press("a")
    await expect(shown).to_have_text(first)
    await keys.press("q")
    await keys.misses("#shown")
    await keys.press("+")
    await keys.sees("#shown")
    await keys.press("-")
    await keys.misses("#shown")
    await keys.press("w", "0")
    await keys.misses("#shown")


@check("I", "U")
async def selects_from_here_until_here(keys: Keys) -> None:
    # The moment on the stage is the one that was drawn: a hand is slower than that.
    for key in ("ArrowRight", "i", "ArrowRight", "u"):
        await keys.moves(key)
    await keys.sees("#selection")
    until_here = await keys.page.locator("#selection header span").inner_text()
    await keys.press("Escape")
    await keys.misses("#selection")
    await keys.press("i")
    await keys.sees("#selection")
    from_here = await keys.page.locator("#selection header span").inner_text()
    assert until_here.split(" to ")[1] == from_here.split(" to ")[0]


@check("L")
async def jumps_to_live(keys: Keys) -> None:
    await keys.press("l")
    await keys.stage.has("mode", "live")
    await keys.stage.has("clock", "scale")


@check("R")
async def fires_again(keys: Keys) -> None:
    known = int(await keys.stage.data("requests"))
    await keys.press("r")
    await keys.stage.until("requests", lambda requests: requests >= known + 4)
    await keys.stage.run_is_over()


@check("/", "1", "2")
async def puts_the_focus_where_things_are_chosen(keys: Keys) -> None:
    fields = {"/": "[name=scenario]", "1": ".row[data-row='1'] select", "2": ".row[data-row='2'] select"}
    for key, field in fields.items():
        await keys.press(key)
        await expect(keys.page.locator(field)).to_be_focused()
        await keys.press("Escape")


@check("O", "?", "C", "Esc")
async def opens_and_closes(keys: Keys) -> None:
    for key, opened in (("o", "#options"), ("?", "#help"), ("c", "#share")):
        await keys.press(key)
        await keys.sees(opened)
        await keys.press("Escape")
        await keys.misses(opened)
        # Then the focus returns to the page, with the next frame.
        await keys.time()


@check("X", "↑", "↓", "V")
async def follows_one_request(keys: Keys) -> None:
    heading = keys.page.locator("#follow h2")
    await keys.press("x")
    await expect(heading).to_have_text("Request 1")
    await keys.press("ArrowDown")
    await expect(heading).to_have_text("Request 2")
    await keys.press("ArrowUp")
    await expect(heading).to_have_text("Request 1")
    await keys.misses(".row[data-row='2']")
    await keys.press("v")
    await keys.misses(".row[data-row='1']")
    await keys.press("x")
    await keys.misses("#follow")


@check("H", "F")
async def is_for_a_projector(keys: Keys) -> None:
    for key, state in (("h", "html[data-projection]"), ("f", "html:fullscreen")):
        for there in (1, 0):
            await keys.press(key)
            await expect(keys.page.locator(state)).to_have_count(there)


@check("B", ".")
async def blanks_the_screen(keys: Keys) -> None:
    for key in ("b", "."):
        await keys.press(key)
        await keys.sees("#curtain")
        await keys.press(key)
        await keys.misses("#curtain")
    await keys.press("b")
    assert await keys.moves("ArrowRight") == 0
    await keys.misses("#curtain")


@check("E", "M")
async def changes_a_setting(keys: Keys) -> None:
    for key, box in (("e", "#ghost"), ("m", "#less-motion")):
        before = await keys.page.locator(box).is_checked()
        await keys.press(key)
        assert await keys.page.locator(box).is_checked() is not before, key
        if key == "e":
            ghosts = keys.page.locator(".ghosts > g")
            while not await ghosts.count():
                assert await keys.moves("ArrowRight") > 0, "the run before was nowhere at any moment"
        await keys.press(key)
        assert await keys.page.locator(box).is_checked() is before, key


@pytest.mark.alone
async def test_each_key_of_the_table_does_what_it_says(stage: StagePage) -> None:
    await stage.open()
    keys = Keys(stage)
    await stage.fire("hello", 2)
    await stage.run_is_over()
    await keys.page.evaluate("document.activeElement.blur()")
    await fires_again(keys)
    told = await keys.page.locator("#help .keys dt kbd").all_text_contents()
    untested = set(told) - {"Tab", "Enter"} - set(CHECKS)
    assert not untested, f"these keys have no check here: {sorted(untested)}"
    assert set(CHECKS) <= set(told)

    faults = []
    for one in dict.fromkeys(CHECKS.values()):
        await keys.at_rest()
        try:
            await one(keys)
        except (AssertionError, Error) as fault:
            faults.append(f"{one.__name__}: {str(fault).partition('Aria')[0]}")
    assert not faults, "\n".join(faults)


@pytest.mark.alone
async def test_each_gesture_on_the_timeline_does_what_fingers_expect(stage: StagePage) -> None:
    await stage.open()
    await stage.fire("hello", 2)
    await stage.run_is_over()
    keys = Keys(stage)
    await keys.at_rest()
    box = await keys.page.locator("#lanes").bounding_box()
    assert box
    y, middle, width = box["y"] + 0.6 * box["height"], box["x"] + 0.5 * box["width"], box["width"]
    mouse, shown = keys.page.mouse, keys.page.locator("#shown span")

    async def drag(far: float) -> None:
        await mouse.move(middle, y)
        await mouse.down()
        await mouse.move(middle + far, y, steps=4)
        await mouse.up()

    # A wheel and two fingers on a touchpad come closer, a drag moves, and with Shift it selects.
    await mouse.move(middle, y)
    await mouse.wheel(0, -400)
    await keys.sees("#shown")
    await keys.time()
    part = await shown.inner_text()
    # Far enough to be seen in whole milliseconds.
    await drag(-0.3 * width)
    await expect(shown).not_to_have_text(part)
    await keys.time()
    moved = await shown.inner_text()
    await mouse.wheel(-0.2 * width, 0)
    await expect(shown).not_to_have_text(moved)
    await keys.press("Escape", "End")
    await keys.page.keyboard.down("Shift")
    await drag(-0.1 * width)
    await keys.page.keyboard.up("Shift")
    await keys.sees("#selection")
    await keys.press("Escape")
    await keys.misses("#selection")
    await keys.press("0")
    await keys.misses("#shown")
    await keys.page.keyboard.down("Control")
    await mouse.move(middle, y)
    await mouse.wheel(0, -60)
    await keys.page.keyboard.up("Control")
    await keys.sees("#shown")
    await keys.press("0")

    # Two fingers on the screen: apart comes closer, together shows all again. What the last one does selects nothing.
    fingers = await Fingers.on(keys.page)
    await fingers.pinch((middle, y), 40, 0.2 * width)
    await keys.sees("#shown")
    await keys.time()
    await keys.misses("#selection")
    await fingers.pinch((middle, y), 0.2 * width, 40)
    await keys.misses("#shown")
    await keys.time()
    await keys.misses("#selection")


class Fingers:
    """Two fingers on the glass: Playwright has but one, the browser's own protocol has ten."""

    def __init__(self, session: Any) -> None:
        self._session = session

    @classmethod
    async def on(cls, page: Any) -> "Fingers":
        """Fingers for a page."""
        return cls(await page.context.new_cdp_session(page))

    async def pinch(self, where: Point, begin: float, end: float) -> None:
        """From `begin` to `end` pixels apart; then the second is lifted first, and the first moves on a little."""
        apart = [begin + (end - begin) * share / 4 for share in range(5)]
        await self._touch("touchStart", self._pair(where, apart[0])[:1])
        await self._touch("touchStart", self._pair(where, apart[0]))
        for distance in apart[1:]:
            await self._touch("touchMove", self._pair(where, distance))
        first, second = self._pair(where, end)
        await self._touch("touchEnd", [second])
        for moved in (8, 16):
            await self._touch("touchMove", [{**first, "x": first["x"] - moved}])
        await self._touch("touchEnd", [])

    def _pair(self, where: Point, apart: float) -> list[dict[str, float]]:
        x, y = where
        return [{"x": x - apart / 2, "y": y, "id": 0}, {"x": x + apart / 2, "y": y, "id": 1}]

    async def _touch(self, kind: str, points: list[dict[str, float]]) -> None:
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
