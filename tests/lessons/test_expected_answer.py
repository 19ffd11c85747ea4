"""The answer that is expected to each kind of prediction."""

import pytest

from dashboard.lessons.expected_answer import describe_expected_answer
from dashboard.lessons.loader import course


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        (1, "10.0 s"),
        (3, "None for ten seconds, then all at once"),
        (2, "shortest wait in the queue < time in the view, median < longest wait in the queue"),
    ],
)
def test_the_expected_answer_reads_like_a_guess(number: int, answer: str) -> None:
    assert describe_expected_answer(course()[number]) == answer
