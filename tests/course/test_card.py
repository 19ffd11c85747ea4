"""A card shows what was measured of the lesson as it is now."""

from dashboard.course.card import is_of
from tests.course.made import lesson


def test_what_an_older_version_of_a_lesson_measured_is_told_apart() -> None:
    assert is_of(lesson(), {"figures": [{"label": "last"}]})
    assert not is_of(lesson(), {"figures": [{"label": "last answer"}]})
