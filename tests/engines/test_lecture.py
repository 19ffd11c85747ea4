"""What every lecture does: fire, replay, and walk through a lesson."""

import pytest

from dashboard.lessons.loader import course
from tests.engines.boxes import faults
from tests.engines.engine import Engine, until
from tests.support.demo import Gatescope

MEASURED_WITHIN_S = 60.0
HAS = "(selector, name, value) => document.querySelector(selector)?.getAttribute(name) === value"
COUNTS = "(selector, count) => document.querySelectorAll(selector).length === count"
HAVE = "(...selectors) => selectors.every((selector) => document.querySelector(selector))"
CHOOSE = """(selector, value) => {
  const field = document.querySelector(selector);
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}"""
TOKEN = '.row[data-row="{row}"] [data-trace][data-place="{place}"]'


def open_live(engine: Engine, url: str) -> None:
    """Open a page with a stage and wait until it is told what happens."""
    engine.goto(url)
    until(engine, HAS, "#connected", "data-state", "open")
    until(engine, "() => Number(document.querySelector('#stage').dataset.frames) > 0")


def is_beat(engine: Engine, name: str) -> None:
    """Wait until the lesson is at this beat."""
    until(engine, HAS, "#stage", "data-beat", name, within_s=MEASURED_WITHIN_S)
    until(engine, HAS, f"[data-step={name}]", "aria-current", "step")


@pytest.mark.timeout(240)
def test_fired_requests_are_drawn_where_they_stand_and_replayed(engine: Engine, demo: Gatescope) -> None:
    open_live(engine, demo.url)
    engine.evaluate(CHOOSE, "[name=scenario]", "wait")
    engine.evaluate(CHOOSE, "[name=count]", "6")
    engine.click("#fire button[type=submit]")
    until(engine, HAVE, TOKEN.format(row=1, place="queue"), TOKEN.format(row=1, place="view"))
    engine.press("Space")
    until(engine, HAS, "#stage", "data-mode", "paused")
    assert faults(engine) == []

    engine.press("l")
    until(engine, HAS, "#stage", "data-mode", "live")
    until(engine, HAS, "#run", "data-state", "done")
    until(engine, COUNTS, TOKEN.format(row=1, place="client"), 6)
    until(engine, COUNTS, TOKEN.format(row=2, place="client"), 6)
    until(engine, "() => !document.querySelector('[data-do=replay]').disabled")
    engine.press("\\")
    until(engine, HAS, "#stage", "data-mode", "replay")
    until(engine, HAVE, TOKEN.format(row=1, place="queue"), TOKEN.format(row=2, place="view"))
    engine.press("Space")
    until(engine, HAS, "#stage", "data-mode", "paused")
    assert faults(engine) == []


@pytest.mark.timeout(240)
def test_a_lesson_is_walked_by_keys_alone(engine: Engine, demo: Gatescope) -> None:
    lesson = next(lesson for lesson in course() if lesson.predict.kind == "number" and not lesson.ways)
    open_live(engine, f"{demo.url}/lessons/{lesson.slug}")
    is_beat(engine, "name")
    engine.press("n")
    is_beat(engine, "predict")
    until(engine, "() => document.activeElement.matches('.dial-slider')")
    engine.press("ArrowRight")
    engine.press("Enter")
    is_beat(engine, "fire")
    until(engine, COUNTS, "#guess .axis-guess", 1)
    until(engine, "() => document.activeElement.matches('#measure .is-fire')")
    assert faults(engine) == []

    engine.press("Enter")
    is_beat(engine, "see")
    until(engine, COUNTS, ".see-card .axis-measured", 1)
    until(engine, COUNTS, ".see-card .axis-guess", 1)
    until(engine, COUNTS, ".proofs tbody tr", len(lesson.prove))
    assert faults(engine) == []

    engine.press("n")
    is_beat(engine, "explain")
    assert faults(engine) == []
