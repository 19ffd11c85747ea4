"""Each lesson proves on the real fleet what it says.

The lessons' tolerances are the test: they are shares, and generous where the machine is noisy.
"""

import json
import time
from typing import Any

import pytest

from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course
from dashboard.lessons.requirements import required_servers
from tests.support.demo import Gatescope
from tests.support.programs import here

LESSONS = {lesson.slug: lesson for lesson in course() if here(required_servers(lesson)) == required_servers(lesson)}
COMPUTING = {"4", "15"}
"""They need two cores for themselves. Where others had them too nothing is disproved, but that must be said."""

pytestmark = pytest.mark.long


def _company(slug: str) -> pytest.MarkDecorator:
    """Most lessons wait most of their time, so that a few on dashboards of their own do not disturb each other."""
    return pytest.mark.alone if slug in COMPUTING else pytest.mark.few


def carried_out(demo: Gatescope, lesson: Lesson, **fields: str) -> dict[str, Any]:
    """An attempt at its end."""
    begun = demo.post(f"/lessons/{lesson.slug}/attempts", fields)
    assert begun.status_code == 201, begun.text
    while (attempt := demo.http.get(begun.headers["location"]).json())["state"] == "running":
        time.sleep(0.1)
    assert isinstance(attempt, dict)
    return attempt


@pytest.mark.parametrize("slug", [pytest.param(slug, marks=_company(slug)) for slug in LESSONS])
def test_a_lesson_proves_what_it_says(demo: Gatescope, slug: str) -> None:
    attempt = carried_out(demo, LESSONS[slug])
    if not attempt["holds"]:
        # Something else may have had the processor: of three rounds the median counts.
        attempt = carried_out(demo, LESSONS[slug], repeat="3")
    busy = slug in COMPUTING and any(reason.startswith("The machine was busy") for reason in attempt["reasons"])
    assert attempt["holds"] or busy, json.dumps([attempt["figures"], attempt["reasons"], attempt["error"]], indent=1)
