"""What counts as a whole number, and what is said of everything else."""

import pytest

from dashboard.lib.whole_number import MOST_DIGITS, WholeNumberError, whole_number


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("20", 20), (" 7 ", 7), ("007", 7)])
def test_digits_within_the_bounds_are_a_number(text: str, number: int) -> None:
    assert whole_number(text, most=20) == number


@pytest.mark.parametrize("text", ["", " ", "0", "21", "-1", "+1", "1.0", "1e1", "1_0", "٣", "²", "one", "1" * 30])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(WholeNumberError):
        whole_number(text, most=20)


def test_zero_counts_where_it_is_the_least() -> None:
    assert whole_number("0", least=0, most=5) == 0


def test_a_text_of_a_million_digits_is_refused_without_being_converted() -> None:
    with pytest.raises(WholeNumberError):
        whole_number("9" * 1_000_000, most=10 ** (MOST_DIGITS + 5))


def test_the_message_names_what_came_and_what_is_expected() -> None:
    with pytest.raises(WholeNumberError) as refusal:
        whole_number("many", most=1_000)
    assert str(refusal.value) == "'many': expected a whole number from 1 to 1,000."


def test_the_message_repeats_only_the_beginning_of_a_long_text() -> None:
    with pytest.raises(WholeNumberError) as refusal:
        whole_number("x" * 1_000, most=5)
    assert str(refusal.value) == f"'{'x' * 40}…': expected a whole number from 1 to 5."
