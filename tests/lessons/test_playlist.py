"""A lecture is read from an address, and what is wrong with it is said without ending it."""

import pytest

from dashboard.lessons.loader import course
from dashboard.lessons.playlist import MINUTES, OURS, read_playlist


def test_a_list_keeps_its_order_and_names_each_lesson_once() -> None:
    playlist = read_playlist(" 10, 3,3,1 ", course())
    assert [lesson.number for lesson in playlist.lessons] == [10, 3, 1]
    assert (playlist.text, playlist.minutes, playlist.problem) == ("10,3,1", 3 * MINUTES, "")


@pytest.mark.parametrize("name", OURS)
def test_ours_fit_in_their_time_and_have_all_their_lessons(name: str) -> None:
    playlist = read_playlist(name, course())
    assert len(playlist.entries) == len(OURS[name][1])
    assert playlist.minutes <= int(name.partition("-")[0])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1,42,3", "“42” is not a lesson. The lecture goes on without."),
        ("1,x,-3,²", "“x”, “-3”, “²” are not lessons. The lecture goes on without."),
        ("99", "“99” is not a lesson. Write the numbers of lessons, such as 1,3,5."),
        ("", "This list has no lesson: write their numbers, such as 1,3,5."),
    ],
)
def test_what_is_not_a_lesson_is_said_and_left_out(text: str, problem: str) -> None:
    assert read_playlist(text, course()).problem == problem
