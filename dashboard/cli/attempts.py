"""Carries lessons out at a running dashboard, as the commands `lesson` and `preflight` do."""

import time
from collections.abc import Mapping

import msgspec

from dashboard.cli.api_client import Dashboard, RefusedError
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.results import AttemptResult, from_json
from dashboard.types import JsonObject

POLL_EVERY_S = 0.1


def carry_out(dashboard: Dashboard, lesson: Lesson, form: Mapping[str, str]) -> AttemptResult:
    """Return the attempt at its end, however it ended. Raise RefusedError when it cannot begin."""
    attempt = _read(dashboard.post(f"/lessons/{lesson.slug}/attempts", form))
    try:
        while attempt.state == "running":
            time.sleep(POLL_EVERY_S)
            attempt = _read(dashboard.get(f"/attempts/{attempt.id}"))
    except KeyboardInterrupt:
        dashboard.post(f"/attempts/{attempt.id}/stop")
        raise
    return attempt


def _read(data: JsonObject) -> AttemptResult:
    try:
        return from_json(data)
    except msgspec.ValidationError as error:
        raise RefusedError(f"The dashboard is of another version than this command ({error}).") from error
