"""Takes the README's pictures, a still and a moving one: ten one-second requests, fired at a server of each kind.

`make screenshot` runs it, with the packages of the tests. On a machine that does nothing else it moves more smoothly.
"""

import asyncio
import base64
import io
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page, ViewportSize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import chromium  # noqa: E402
from tests.support.demo import gatescope  # noqa: E402

STILL = ROOT / "docs" / "stage.png"
MOVING = ROOT / "docs" / "stage.webp"
SIZE: ViewportSize = {"width": 1280, "height": 720}
MOVING_SIZE = {"maxWidth": 1024, "maxHeight": 576}
LOOK_AFTER_MS = 600
AT_REST_MS = 1_000
FRAME_S = 0.1
"""The least time between two frames of the moving picture."""
LAST_FRAME_S = 2.0
QUALITY = 60
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Frame:
    """What the page looked like at a time, in seconds."""

    at_s: float
    picture: bytes


async def take(url: str) -> None:
    """Take both pictures of the stage."""
    async with chromium() as browser:
        page = await browser.new_page(viewport=SIZE, device_scale_factor=2)
        await open_stage(page, url)
        # Nothing should happen for the first time in a picture.
        await fire(page)
        await wait_until_done(page)
        await fire(page)
        await page.wait_for_timeout(LOOK_AFTER_MS)
        await page.screenshot(path=STILL)
        await wait_until_done(page)

        page = await browser.new_page(viewport=SIZE)
        await open_stage(page, url)
        save(await record_run(page))


async def open_stage(page: Page, url: str) -> None:
    """Open the stage and choose what is fired."""
    await page.goto(url)
    await page.select_option("select[name=scenario]", "wait-async")
    await page.wait_for_timeout(AT_REST_MS)


async def fire(page: Page) -> None:
    """Fire, and return when the run is known to have begun."""
    await page.click("#fire button[type=submit]")
    await page.wait_for_selector('#run:not([data-state="done"])[data-run]')


async def wait_until_done(page: Page) -> None:
    """Return when the run has ended and its last token has come home."""
    await page.wait_for_selector('#run[data-state="done"]', timeout=30_000)
    await page.wait_for_timeout(AT_REST_MS)


async def record_run(page: Page) -> list[Frame]:
    """Fire, and return what was drawn until the run was done."""
    frames: list[Frame] = []
    browser = await page.context.new_cdp_session(page)

    async def keep(frame: dict[str, Any]) -> None:
        frames.append(Frame(frame["metadata"]["timestamp"], base64.b64decode(frame["data"])))
        await browser.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    browser.on("Page.screencastFrame", keep)
    await browser.send("Page.startScreencast", {"format": "png", **MOVING_SIZE})
    await fire(page)
    await wait_until_done(page)
    await browser.send("Page.stopScreencast")
    return frames


def save(frames: list[Frame]) -> None:
    """Write the moving picture. Raises ValueError when it is larger than a README should load."""
    kept = frames[:1]
    for frame in frames:
        if frame.at_s - kept[-1].at_s >= FRAME_S:
            kept.append(frame)
    seconds = [*(after.at_s - before.at_s for before, after in pairwise(kept)), LAST_FRAME_S]
    first, *others = (Image.open(io.BytesIO(frame.picture)).convert("RGB") for frame in kept)
    first.save(
        MOVING,
        save_all=True,
        append_images=others,
        duration=[round(1000 * one) for one in seconds],
        loop=0,
        quality=QUALITY,
        method=4,
    )
    if MOVING.stat().st_size > MOST_BYTES:
        raise ValueError(
            f"{MOVING.name} has {MOVING.stat().st_size:,} bytes, more than {MOST_BYTES:,}: lower QUALITY."
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, gatescope(Path(folder), "gunicorn-sync", "uvicorn") as running:
        asyncio.run(take(running.url))
    print(f"{STILL.relative_to(ROOT)} and {MOVING.relative_to(ROOT)} were taken.")
