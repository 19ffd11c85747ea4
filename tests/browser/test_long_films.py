"""A film of many spans is usable for as long as one likes."""

import pytest
from playwright.async_api import CDPSession

from tests.browser.long_film import tell
from tests.browser.stage_page import StagePage

REQUESTS, SPANS = 200, 50
ROUNDS = 10
SEEKS = range(50, 1000, 100)
GROWTH = 1.10


async def heap(devtools: CDPSession) -> float:
    """Bytes that are in use once everything that nobody needs is gone."""
    await devtools.send("HeapProfiler.collectGarbage")
    used: float = (await devtools.send("Runtime.getHeapUsage"))["usedSize"]
    return used


async def replay(stage: StagePage) -> None:
    """From the start to the end of the film, and each of these moments drawn."""
    for place in SEEKS:
        await stage.page.locator("#scrubber").fill(str(place))
        await stage.page.evaluate("() => new Promise(requestAnimationFrame)")


@pytest.mark.alone
async def test_ten_replays_of_ten_thousand_spans_leave_nothing_behind(stage: StagePage) -> None:
    await stage.open()
    known = int(await stage.data("requests"))
    tell(stage.demo.http, requests=REQUESTS, spans=SPANS)
    await stage.until("requests", lambda requests: requests >= known + REQUESTS)
    devtools = await stage.page.context.new_cdp_session(stage.page)
    await replay(stage)
    await replay(stage)
    before = await heap(devtools)
    for _ in range(ROUNDS):
        await replay(stage)

    assert await heap(devtools) < before * GROWTH
