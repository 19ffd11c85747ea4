"""A proof holds when the median of all rounds is where the lesson says; nothing measured holds nothing."""

from typing import Any

import pytest

from dashboard.lessons.lesson import Proof
from dashboard.lessons.verdict import is_met, judge
from tests.lessons.made import lesson, run


def proof(**fields: Any) -> Proof:
    return Proof(**{"label": "last", "fire": "one", "server": "uvicorn", "figure": "last", "expected": 1.0, **fields})


@pytest.mark.parametrize(
    ("fields", "met", "missed"),
    [
        ({}, [0.81, 1.0, 1.19], [0.79, 1.21]),
        ({"tolerance": 0.0}, [1.0], [0.999, 1.001]),
        ({"tolerance": 0.0, "within": 0.5}, [0.5, 1.5], [0.4, 1.6]),
        ({"tolerance": 0.0, "bound": "at least"}, [1.0, 99.0], [0.9]),
        ({"tolerance": 0.0, "bound": "at most"}, [1.0, -99.0], [1.1]),
        ({"expected": 0.0, "within": 2.0}, [0.0, 2.0], [2.1]),
    ],
)
def test_a_tolerance_is_a_share_or_an_amount_or_a_bound(
    fields: dict[str, Any], met: list[float], missed: list[float]
) -> None:
    assert [is_met(proof(**fields), value) for value in met] == [True] * len(met)
    assert [is_met(proof(**fields), value) for value in missed] == [False] * len(missed)


def test_the_median_of_the_rounds_counts_and_their_spread_is_told() -> None:
    rounds = [{"one": run(uvicorn={"last_s": last_s})} for last_s in (1.1, 5.0, 1.0)]
    (figure,) = judge(lesson(), rounds)
    assert (figure.measured, figure.spread, figure.holds) == (1.1, (1.0, 5.0), True)


def test_a_round_without_a_figure_makes_the_whole_unmeasured() -> None:
    rounds = [{"one": run(uvicorn={"last_s": 1.0})}, {"one": run(uvicorn={"last_s": None})}]
    (figure,) = judge(lesson(), rounds)
    assert (figure.measured, figure.holds) == (None, False)
    assert figure.values == (1.0, None)


def test_a_ratio_divides_the_figures_of_two_servers() -> None:
    ratio = proof(expected=4.0, over_server="daphne")
    (figure,) = judge(lesson(prove=(ratio,)), [{"one": run(uvicorn={"last_s": 4.2}, daphne={"last_s": 1.0})}])
    assert (figure.measured, figure.unit, figure.holds) == (4.2, "times", True)


def test_nothing_is_divided_by_nothing() -> None:
    ratio = proof(over_server="daphne")
    (figure,) = judge(lesson(prove=(ratio,)), [{"one": run(uvicorn={"last_s": 4.2}, daphne={"last_s": 0})}])
    assert figure.measured is None
