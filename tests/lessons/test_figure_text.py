"""A figure in words."""

import pytest

from dashboard.lessons.figure_text import describe_expected, describe_measured, describe_spread, describe_verdict
from dashboard.lessons.lesson import Proof
from tests.lessons.made import figure

LAST = Proof(label="last", fire="one", server="uvicorn", figure="last", expected=1.0, bound="at least")


def test_a_bound_is_said_with_what_is_expected() -> None:
    assert describe_expected(figure(LAST)) == "at least 1.00 s"


def test_the_spread_is_said_of_several_rounds() -> None:
    several = figure(LAST, measured=1.5, values=(1.25, 1.5, 1.75))
    assert describe_spread(several) == "1.25 s to 1.75 s"
    assert describe_measured(several) == "1.50 s (1.25 s to 1.75 s)"


@pytest.mark.parametrize("values", [(1.5,), (), (None,)])
def test_one_round_has_no_spread(values: tuple[float | None, ...]) -> None:
    assert describe_spread(figure(LAST, values=values)) == ""


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"holds": True}, "holds"),
        ({"holds": False, "measured": 1.5}, "off by 50 %"),
        ({"holds": False, "measured": None}, "not measured"),
        ({"holds": False, "measured": 404.0, "expected": 200.0, "unit": "status"}, "differs"),
        ({"holds": False, "measured": 3.0, "expected": 0.0}, "differs"),
    ],
)
def test_the_verdict_says_what_became_of_a_figure(known: dict[str, float | str | bool | None], said: str) -> None:
    assert describe_verdict(figure(LAST, **known)) == said
