"""No lesson gives itself away before the guess: not to the presenter's projector, and not to a phone of the class.

Everything that is in the page counts, seen or not: texts, attributes, what dialogs would show.
"""

import re
import time
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from dashboard.fleet.table import SERVERS
from dashboard.lessons.expected_answer import describe_expected_answer
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from tests.support.demo import UP_WITHIN_S, Gatescope, gatescope

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

TOKEN = "the-presenters-own-token"
CODE = "K7M4QX"
PROJECTOR: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 390, "height": 844}
CAPTIONS = {entry.name: entry.why for entry in SERVERS}

GIVE_AWAYS: dict[int, tuple[str, ...]] = {
    0: ("add up to what", "0.2 s in the view"),
    1: ("10 – 3 – 1", "three waves", "never stands still", "four tills", "nine seconds", "one request at a time"),
    2: ("outside python, where no", "nine of ten", "nine seconds", "longest wait is"),
    3: ("blocking word", "loop freezes", "holds the event loop", "needs the loop once more", "with the other ten"),
    4: ("stops the heart", "do not add cpu", "takes turns", "interpreter lock goes", "processors at once"),
    5: ("builds an event loop", "four loops", "loop for itself", "four seconds"),
    6: ("hidden threads", "hundred threads", "keeps a thread", "twelve crossings", "sync receivers"),
    7: ("share one thread", "share the same one", "take turns in one thread", "whole process"),
    8: ("one by one", "one thread for each request", "thread-sensitive*: all", "stand in line"),
    9: ("forgetful", "answers? 404", "servers open it", "hop-by-hop", "two lines of"),
    10: ("only its own kind", "collects it first", "of the server's kind", "mirror", "drips under"),
    11: ("absorbs", "only till", r"\b2\.7 s\b", "takes in the whole upload", "does the waiting"),
    12: ("delays streams", "pile up", "never fill one", "buffer is full"),
    13: ("let four in", "fifth waits", "four tills", "threads are viewers", "all of them"),
    14: ("for nobody", "three of four", "cancelled", "eight more", "cancellederror"),
    15: ("asgi is faster", "nothing can be gained", "nothing to win", "thirteen", "say hello more often"),
    16: ("kill workers", "is killed", "dies of it", "never notice", "sigabrt", "sign of life"),
    17: ("not all asgi", "your middleware", "one late burst", "in a burst", "http/2 in clear text"),
    18: ("delays nobody", "who is slow delays", "nobody else's", "so it does not matter", "carries the word"),
}
"""Words that answer a lesson's question; patterns, in small letters."""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    """A dashboard with a presenter and a class; its servers are not needed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GATESCOPE_TOKEN", TOKEN)
        patch.setenv("GATESCOPE_JOIN_CODE", CODE)
        with gatescope(tmp_path_factory.mktemp("guarded"), "gunicorn-sync", wait=False) as running:
            _wait_until_it_answers(running)
            yield running


@pytest.mark.parametrize(("key", "size"), [(TOKEN, PROJECTOR), (CODE, PHONE)], ids=["presenter", "phone"])
async def test_no_lesson_tells_its_answer_before_the_guess(
    browser: Browser, guarded: Gatescope, key: str, size: ViewportSize
) -> None:
    context = await browser.new_context(viewport=size)
    page = await context.new_page()
    await _join(page, guarded, key)
    told = []
    for lesson in course():
        await page.goto(f"{guarded.url}/lessons/{lesson.slug}")
        await expect(page.locator("#connected")).to_have_attribute("data-state", "open")
        told += [f"{lesson.slug}, name: {found}" for found in _given_away(lesson, await _everything(page))]
        await page.locator(".is-name [data-go=predict]").click()
        await expect(page.locator("#stage")).to_have_attribute("data-beat", "predict")
        told += [f"{lesson.slug}, predict: {found}" for found in _given_away(lesson, await _everything(page))]
    for address in ("/lessons", "/lessons?by=question"):
        await page.goto(guarded.url + address)
        index = await _everything(page)
        told += [f"{address}: {lesson.slug}: {found}" for lesson in course() for found in _given_away(lesson, index)]
    await context.close()
    assert told == []


def test_the_table_of_give_aways_has_every_lesson_and_finds_what_it_looks_for() -> None:
    assert set(GIVE_AWAYS) == {lesson.number for lesson in course()}
    for lesson in course():
        whole = _plain(f"{lesson.moral} {lesson.explain} {' '.join(CAPTIONS[name] for name in lesson.servers)}")
        assert _given_away(lesson, whole), lesson.slug


def _given_away(lesson: Lesson, page: str) -> list[str]:
    """Return what of the answer is in the text of a page."""
    texts = (lesson.moral, lesson.misconception, lesson.note, *re.split(r"\n\s*\n", lesson.explain))
    reasons = [CAPTIONS[name] for name in lesson.servers if name in CAPTIONS]
    answers = [describe_expected_answer(lesson)] if lesson.predict.kind == "number" else []
    options = [option.answer for option in lesson.predict.options] + [one.text for one in lesson.predict.answers]
    told = [text for text in map(_plain, (*texts, *reasons, *answers, *options)) if text and _has(page, text)]
    return told + [pattern for pattern in GIVE_AWAYS[lesson.number] if re.search(pattern, page)]


def _has(page: str, text: str) -> bool:
    """Return whether a text is there as words of its own: "4 requests" is not in "24 requests"."""
    return re.search(rf"(?<![\w.]){re.escape(text)}(?!\w)", page) is not None


async def _everything(page: Page) -> str:
    """Return the whole of the page's DOM as it stands, without what explains words of the glossary on every page.

    The choices of a prediction are left out: one of them is right.
    """
    html = await page.evaluate(
        """() => {
            const root = document.documentElement.cloneNode(true);
            for (const part of root.querySelectorAll("#predict .choices, .word-note, script")) part.remove();
            return root.outerHTML;
        }"""
    )
    return _plain(html)


def _plain(text: str) -> str:
    """Return a text in small letters without elements, code marks and emphasis; attributes keep their values."""
    values = re.sub(r"""<[^>]*>""", lambda tag: " ".join(re.findall(r'="([^"]*)"', tag[0])) or "", text)
    return " ".join(unescape(values).replace("`", "").replace("*", "").lower().split())


async def _join(page: Page, guarded: Gatescope, key: str) -> None:
    await page.goto(f"{guarded.url}/join")
    await page.locator("input[name=code]").fill(key)
    await page.locator("button[type=submit]").click()
    await page.wait_for_url(lambda address: "/join" not in address)


def _wait_until_it_answers(running: Gatescope) -> None:
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if running.http.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("The guarded dashboard does not answer.")
