"""A lesson's file for tests, and what is asked of it in each browser."""

import time
from pathlib import Path

from tests.support.demo import Gatescope

MEASURED_WITHIN_S = 120.0
FILL_IN = """(text) => {
  const field = document.querySelector("#predict [name=guess]");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
SHOWS_VIEW = "() => document.querySelector('.row [data-trace][data-place=view]') !== null"
ANSWERED = "() => !document.querySelector('#answer').hidden"
IS_INSIDE = """(selector) => {
  const found = [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
  return found.length > 0 && found.every(({ left, right }) => left >= 0 && right <= innerWidth);
}"""


def saved_lesson(demo: Gatescope, slug: str, folder: Path) -> Path:
    """Write a lesson's file into a folder; measure the lesson if nobody has yet."""
    path = f"/lessons/{slug}/lesson.html"
    if demo.http.get(path).is_error:
        _measure(demo, slug)
    file = folder / f"lesson-{slug}.html"
    deadline = time.monotonic() + MEASURED_WITHIN_S
    while (answer := demo.http.get(path, headers={"accept": "text/html"})).is_error:
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)
    file.write_bytes(answer.content)
    return file


def _measure(demo: Gatescope, slug: str) -> None:
    attempt = demo.post(f"/lessons/{slug}/attempts").json()
    deadline = time.monotonic() + MEASURED_WITHIN_S
    while attempt["state"] == "running":
        assert time.monotonic() < deadline, f"lesson {slug} is still being measured"
        time.sleep(0.1)
        attempt = demo.http.get(f"/attempts/{attempt['id']}").json()
    assert attempt["state"] == "done", attempt["error"]
