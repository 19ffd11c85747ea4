"""How long the page draws a film of 200 requests in headless Chromium, and what a seek in a long film costs."""

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
import playwright
from playwright.async_api import Error, Page

from tests.browser.chromium import chromium
from tests.browser.long_film import FILM_MS, REQUEST_MS, tell

ROOT = Path(__file__).resolve().parent.parent
NODE = Path(playwright.__file__).parent / "driver" / "node"
REQUESTS, SPANS = 200, 30
PLAYED_MS = 4000
KNOWN_WITHIN_S = 60.0
# Each callback of an animation frame notes when it began and how long it took.
NOTE_FRAMES = """
window.frames_drawn = [];
const original = requestAnimationFrame;
window.requestAnimationFrame = (draw) => original((now) => {
  const begun = performance.now();
  draw(now);
  window.frames_drawn.push([begun, performance.now() - begun]);
});
"""


def report(port: int) -> Iterator[str]:
    """Lines for playing and for seeking; a sentence instead of the first when no browser can be started."""
    try:
        yield asyncio.run(_play(port))
    except Error as problem:
        yield f"Drawing was not measured: Chromium cannot be started ({str(problem).splitlines()[0]})"
    run = subprocess.run([NODE, "bench/seek.mjs"], cwd=ROOT, capture_output=True, text=True, check=True)
    yield from run.stdout.splitlines()


async def _play(port: int) -> str:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 720})
        await page.add_init_script(NOTE_FRAMES)
        await page.goto(f"http://127.0.0.1:{port}/?rows=gunicorn-sync,uvicorn")
        await page.wait_for_selector('#connected[data-state="open"]')
        known = await _requests(page)
        # The film begins so long before it is told; a run that began later would be the one that is played.
        await page.wait_for_timeout(FILM_MS + REQUEST_MS)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as http:
            await asyncio.to_thread(tell, http, requests=REQUESTS, spans=SPANS)
        async with asyncio.timeout(KNOWN_WITHIN_S):
            while await _requests(page) < known + REQUESTS:
                await page.wait_for_timeout(100)
        await page.keyboard.press("Home")
        await page.evaluate("window.frames_drawn.length = 0")
        await page.keyboard.press("Space")
        await page.wait_for_timeout(PLAYED_MS)
        return _line(await page.evaluate("window.frames_drawn"))


async def _requests(page: Page) -> int:
    return int(await page.locator("#stage").get_attribute("data-requests") or 0)


def _line(frames: list[list[Any]]) -> str:
    took = [duration for _, duration in frames]
    rate = (len(frames) - 1) / (frames[-1][0] - frames[0][0]) * 1000
    return (
        f"Playing {REQUESTS} requests of {SPANS} spans: {rate:.0f} frames a second; drawing one takes "
        f"{median(took):.1f} ms, 95th percentile {quantiles(took, n=20)[-1]:.1f} ms"
    )
