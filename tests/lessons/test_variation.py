"""A variation is a lesson with one thing changed, and is predicted, fired and judged like one."""

from dashboard.lessons.expected_answer import describe_expected_answer
from dashboard.lessons.lesson import Lesson
from dashboard.lessons.loader import course, find_lesson
from dashboard.lessons.variation import VariedLesson, list_variations, vary_lesson
from dashboard.lessons.verdict import judge
from tests.lessons.made import lesson, run


def test_a_variation_fires_its_own_order_and_is_judged_by_its_own_figure() -> None:
    varied = vary_lesson(lesson(), 0)
    (firing,) = varied.fire
    assert (varied.slug, firing.count, firing.scenario) == ("99a", 2, "hello")
    (figure,) = judge(varied, [{firing.name: run(uvicorn={"last_s": 1.1})}])
    assert (figure.label, figure.measured, figure.holds) == ("last of two", 1.1, True)


def test_a_variation_tells_nothing_of_its_lesson() -> None:
    varied = vary_lesson(lesson(), 0)
    assert (varied.moral, varied.misconception, varied.ask, varied.vary) == ("", "", (), ())
    assert varied.explain == "As before."


def test_every_variation_of_the_course_is_found_by_its_name_and_has_an_answer() -> None:
    varied = [one for lesson in course() for one in list_variations(lesson)]
    assert len({one.slug for one in varied}) == len(varied) > len(course())
    for one in varied:
        found = find_lesson(one.slug)
        assert isinstance(found, VariedLesson)
        assert found.of is find_lesson(str(one.number))
        assert describe_expected_answer(found)


def test_there_is_no_variation_beyond_the_last() -> None:
    first: Lesson = course()[0]
    assert find_lesson(f"{first.number}{'abcdefg'[len(first.vary)]}") is None
