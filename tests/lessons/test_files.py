"""The course that is shipped: every file reads, no number is missing, and each lesson can be found by a question."""

from dashboard.lessons.loader import course


def test_the_lessons_are_complete_and_each_answers_a_question() -> None:
    lessons = course()
    assert [lesson.number for lesson in lessons] == list(range(len(lessons)))
    assert all(question.strip().endswith("?") for lesson in lessons for question in lesson.questions)


def test_every_kind_of_prediction_occurs() -> None:
    assert {lesson.predict.kind for lesson in course()} == {"number", "choice", "order"}


def test_texts_are_short_enough_to_be_read_from_a_projector() -> None:
    longest = {lesson.number: len(lesson.explain.split()) for lesson in course()}
    assert max(longest.values()) <= 130, longest
