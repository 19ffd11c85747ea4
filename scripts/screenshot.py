"""Takes the README's picture: the running page, a moment after ten one-second requests were fired at each server.

`make screenshot` runs it, with the packages of the tests.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import chromium  # noqa: E402
from tests.support.demo import gatescope  # noqa: E402

PICTURE = ROOT / "docs" / "stage.png"
LOOK_AFTER_MS = 600


async def take(url: str) -> None:
    """Fire twice, so that nothing happens for the first time, and look into the middle of the second run."""
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 720}, device_scale_factor=2)
        await page.goto(url)
        await page.select_option("select[name=scenario]", "wait-async")
        await page.click("#fire button[type=submit]")
        await page.wait_for_selector('#run[data-state="done"]', timeout=30_000)
        await page.click("#fire button[type=submit]")
        await page.wait_for_timeout(LOOK_AFTER_MS)
        PICTURE.parent.mkdir(exist_ok=True)
        await page.screenshot(path=PICTURE)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, gatescope(Path(folder), "gunicorn-sync", "uvicorn") as running:
        asyncio.run(take(running.url))
    print(f"{PICTURE.relative_to(ROOT)} was taken.")
