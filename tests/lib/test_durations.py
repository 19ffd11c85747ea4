"""A duration is written by one rule, which the page and the dashboard share."""

import json
import math
from pathlib import Path

import pytest

from dashboard.lib.durations import format_duration

CASES = json.loads((Path(__file__).parents[1] / "durations.json").read_text())["cases"]


@pytest.mark.parametrize(("ns", "text"), CASES)
def test_a_duration_is_written_as_on_the_page(ns: int, text: str) -> None:
    assert format_duration(ns / 1e9) == text


@pytest.mark.parametrize("seconds", [None, math.inf, math.nan])
def test_what_is_unknown_or_endless_is_a_dash(seconds: float | None) -> None:
    assert format_duration(seconds) == "–"
