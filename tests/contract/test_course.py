"""The course on the real fleet: each lesson proves what it says, one at a time, and everything is said that hinders.

The lessons' tolerances are the test: they are shares, and generous where the machine is noisy.
"""

import json
import time
from typing import Any

import pytest

from dashboard.course.lesson import Lesson
from dashboard.course.reading import course
from tests.running import Gatescope

LESSONS = {lesson.slug: lesson for lesson in course()}
COMPUTING = {"4", "15"}
"""They need two cores for themselves. Where others had them too nothing is disproved, but that must be said."""
CONTRACT = {"lesson", "expected", "measured", "spread", "holds", "runs"}


def carried_out(demo: Gatescope, lesson: Lesson, **fields: str) -> dict[str, Any]:
    """An attempt at its end."""
    begun = demo.post(f"/lessons/{lesson.slug}/attempts", fields)
    assert begun.status_code == 201, begun.text
    while (attempt := demo.http.get(begun.headers["location"]).json())["state"] == "running":
        time.sleep(0.1)
    assert isinstance(attempt, dict)
    return attempt


@pytest.mark.alone
@pytest.mark.parametrize("slug", LESSONS)
def test_a_lesson_proves_what_it_says(demo: Gatescope, slug: str) -> None:
    attempt = carried_out(demo, LESSONS[slug])
    if not attempt["holds"]:
        # Something else may have had the processor: of three rounds the median counts.
        attempt = carried_out(demo, LESSONS[slug], repeat="3")
    busy = slug in COMPUTING and any(reason.startswith("The machine was busy") for reason in attempt["reasons"])
    assert attempt["holds"] or busy, json.dumps([attempt["figures"], attempt["reasons"], attempt["error"]], indent=1)


def test_the_command_prints_the_contracts_json(demo: Gatescope) -> None:
    quick = min(course(), key=lambda lesson: sum(firing.count for firing in lesson.fire))
    told = demo.command("lesson", quick.slug, "--json", "--url", demo.url)
    attempt = json.loads(told.stdout)
    assert attempt.keys() >= CONTRACT
    assert told.returncode == (0 if attempt["holds"] else 1)
    assert attempt["expected"].keys() == attempt["measured"].keys() == attempt["spread"].keys()
    for run_id in attempt["runs"]:
        assert demo.http.get(f"/runs/{run_id}").json()["state"] == "done"


def test_an_unknown_lesson_is_one_sentence(demo: Gatescope) -> None:
    refused = demo.command("lesson", "99", "--url", demo.url)
    assert refused.returncode == 2
    assert "There is no lesson '99': choose from" in refused.stderr


def test_two_people_cannot_measure_at_once(demo: Gatescope) -> None:
    begun = demo.post("/lessons/1/attempts")
    second = demo.post("/lessons/1/attempts")
    stopped = demo.post(f"{begun.headers['location']}/stop")
    assert (second.status_code, stopped.json()["state"]) == (409, "stopped")
    assert "Lesson 1 is being measured" in second.json()["error"]


@pytest.mark.alone
def test_preflight_is_green_where_everything_is_installed(demo: Gatescope) -> None:
    told = demo.command("preflight", "--json", "--url", demo.url)
    checks = json.loads(told.stdout)["checks"]
    assert [check for check in checks if not check["fine"]] == []
    assert told.returncode == 0
    assert {f"lesson {slug}" for slug in LESSONS} <= {check["name"] for check in checks}
