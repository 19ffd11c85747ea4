"""Which lines of two listings differ, and what is shown of a lesson's code."""

from dashboard.lessons.code_listing import find_differences, list_code
from dashboard.lessons.loader import course


def test_twins_differ_in_a_line_and_strangers_in_none() -> None:
    one = ["async def one():", "    ask()", "    await sleep(1)", "    return 1"]
    other = ["async def other():", "    ask()", "    time.sleep(1)", "    return 1"]

    assert find_differences(one, other) == [{2}, {2}]
    assert find_differences(one, ["class Stranger:", "    pass"]) == [set(), set()]


def test_every_lesson_shows_its_code_without_what_is_for_the_type_checker() -> None:
    for lesson in course():
        listings = list_code(lesson)
        assert [listing.name for listing in listings] == [code.name for code in lesson.code]
        assert not any("type: ignore" in line.text for listing in listings for line in listing.lines)
