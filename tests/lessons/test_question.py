"""Questions are asked again in the order in which it helps."""

from dashboard.lessons.loader import course
from dashboard.lessons.question import list_questions, order_for_review


def test_questions_answered_wrong_come_first_and_those_answered_rightly_last() -> None:
    asked = list_questions(course()[1:3])
    names = [one.name for one in order_for_review(asked, wrong={"2.1"}, right={"1.1"})]
    assert names == ["2.1", "1.2", "2.2", "1.1"]
