"""The questions about lessons that are asked afterwards, and the order in which they are asked again. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dashboard.lessons.lesson import Lesson, Question


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, its lesson, and its place in the lesson, counted from 1."""

    lesson: Lesson
    number: int
    question: Question

    @property
    def name(self) -> str:
        """Its name in URLs: "3.2" is the second of lesson 3."""
        return f"{self.lesson.slug}.{self.number}"


def list_questions(lessons: Iterable[Lesson]) -> tuple[AskedQuestion, ...]:
    """Return all questions of these lessons, in their order."""
    return tuple(
        AskedQuestion(lesson, number, question) for lesson in lessons for number, question in enumerate(lesson.ask, 1)
    )


def order_for_review(
    asked: Sequence[AskedQuestion], *, wrong: Collection[str], right: Collection[str]
) -> tuple[AskedQuestion, ...]:
    """Return the questions that were answered wrong first, then those not yet answered, then the others."""

    def rank(one: AskedQuestion) -> int:
        return 0 if one.name in wrong else 2 if one.name in right else 1

    return tuple(sorted(asked, key=rank))
