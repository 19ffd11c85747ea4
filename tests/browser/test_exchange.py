"""A film leaves as one file and plays without a network; a film comes back from a file through the form."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import LAPTOP
from tests.browser.stage_page import StagePage
from tests.support.demo import Gatescope

COUNT = 3
SERVERS = ["gunicorn-sync", "uvicorn"]
MOMENTS = [0, 0.12, 0.31, 9]
"""Seconds after the first request was fired; the last is beyond the end."""
PLACES = "(all) => all.map((one) => Object.values(one.dataset).join(' ')).sort()"


@pytest.fixture(scope="module")
def recording(demo: Gatescope) -> str:
    """The address of a recorded run."""
    run = demo.run(SERVERS, "wait-async", count=COUNT, concurrency=COUNT, seconds=0.2)
    address = f"{demo.url}/recordings/{run['id']}"
    for _ in range(100):
        if demo.http.get(address).status_code == 200:
            return address
        time.sleep(0.1)
    raise AssertionError("the run was not recorded within 10 s")


@pytest_asyncio.fixture(loop_scope="session")
async def offline(browser: Browser, demo: Gatescope) -> AsyncIterator[StagePage]:
    """A page in a browser without a network, whose every complaint fails the test."""
    context = await browser.new_context(viewport=LAPTOP)
    await context.set_offline(True)
    page = StagePage(await context.new_page(), demo)
    await page.watch()
    yield page
    await context.close()
    assert page.complaints() == []


async def scenes(page: Page, address: str) -> list[list[str]]:
    """Where each token stands at each moment, as the page shows it when it is opened there."""
    found = []
    for moment in MOMENTS:
        await page.goto(f"{address}?t={moment}")
        await expect(page.locator("#stage")).to_have_attribute("data-requests", str(len(SERVERS) * COUNT))
        await expect(page.locator(".row [data-trace]").first).to_be_attached()
        found.append(await page.eval_on_selector_all(".row [data-trace]", PLACES))
    return found


async def test_one_file_plays_without_a_network_what_the_page_plays(
    stage: StagePage, offline: StagePage, recording: str, demo: Gatescope, tmp_path: Path
) -> None:
    file = tmp_path / "film.html"
    file.write_text(demo.http.get(f"{recording}/film.html").text)
    seen = await scenes(offline.page, file.as_uri())
    assert seen == await scenes(stage.page, recording)
    assert seen[0] != seen[1] != seen[2] != seen[3]

    page = offline.page
    await page.goto(file.as_uri())
    before = await offline.data("time")
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#stage")).not_to_have_attribute("data-time", before)
    await page.keyboard.press("ArrowLeft")
    await offline.has("time", before)
    await page.keyboard.press("End")
    await expect(page.locator("#stage")).not_to_have_attribute("data-time", before)
    end = int(await offline.data("time"))
    await page.keyboard.press("Home")
    await offline.has("time", before)
    await page.keyboard.press("Space")
    await offline.until("time", lambda time: time >= end)
    assert await offline.places() == seen[-1]
    await page.locator(".row [data-trace]").first.click()
    await expect(page.locator("#inspector")).to_contain_text("Where the time went")
    await expect(page.locator("#inspector a")).to_have_count(0)


async def test_a_film_from_a_file_is_played_like_the_one_it_was_exported_from(
    stage: StagePage, recording: str, demo: Gatescope, tmp_path: Path
) -> None:
    file = tmp_path / "film.otlp.json"
    file.write_text(demo.http.get(f"{recording}/otlp.json").text)
    await stage.page.goto(f"{demo.url}/recordings")
    await stage.page.set_input_files("#import [name=file]", file)
    await stage.page.get_by_role("button", name="Import", exact=True).click()
    await stage.page.wait_for_url("**/recordings/*")
    imported = stage.page.url
    assert imported != recording
    assert demo.http.get(f"{imported}/film").json() == demo.http.get(f"{recording}/film").json()
    assert await scenes(stage.page, imported) == await scenes(stage.page, recording)


async def test_a_bad_file_is_refused_in_a_sentence_at_the_form(
    stage: StagePage, demo: Gatescope, tmp_path: Path
) -> None:
    file = tmp_path / "page.json"
    file.write_text("<html>")
    await stage.page.goto(f"{demo.url}/recordings")
    await stage.page.set_input_files("#import [name=file]", file)
    await stage.page.get_by_role("button", name="Import", exact=True).click()
    await expect(stage.page.locator("#import [role=status]")).to_contain_text("this is not JSON")
    await expect(stage.page.get_by_role("button", name="Import", exact=True)).to_be_enabled()
