"""Figures are written as people read them."""

import pytest

from dashboard.runs.metric_format import format_metric


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (10.053, "s", "10.1 s"),
        (12.6, "s", "12.6 s"),
        (0.031, "s", "31.0 ms"),
        (1, "threads", "1 thread"),
        (2, "processes", "2 processes"),
        (1, "processes", "1 process"),
        (0.953, "share", "0.953"),
        (2512.7, "1/s", "2,513 a second"),
        (9.72, "times", "9.72 times"),
        (404, "status", "404"),
        (2, "HTTP", "HTTP/2"),
        (0, "HTTP", "refused"),
        (None, "s", "–"),
    ],
)
def test_figures_are_written_as_they_are_read(value: float | None, unit: str, words: str) -> None:
    assert format_metric(value, unit) == words
