"""Two sides of a comparison: steps aligned by meaning, the difference in time and count, and why one is slower."""

from typing import Any

import pytest

from dashboard.diff.diff import Side, diff_sides
from dashboard.traces.span import Span
from tests.support.spans import SECOND_NS, START_NS


def span(
    trace: int, stage: str, start_s: float, end_s: float | None, parent: str | None = "client", **about: Any
) -> Span:
    name = about.get("code.function.name", stage)
    return Span(
        trace_id=f"{trace:032x}",
        span_id=f"{name}",
        parent_id=None if stage == "client" else parent,
        name=name,
        stage=stage,
        server="any",
        start_ns=START_NS + round(start_s * SECOND_NS),
        end_ns=None if end_s is None else START_NS + round(end_s * SECOND_NS),
        attributes=about,
    )


def queued(count: int, label: str = "Gunicorn") -> Side:
    """One at a time: each request waits for those before it, then its view takes a second."""
    return Side(
        label,
        "any",
        [
            [
                span(n, "client", 0, n + 1),
                span(n, "queue", 0, n),
                span(n, "view", n, n + 1, **{"code.function.name": "shop.views.wait"}),
            ]
            for n in range(count)
        ],
    )


def merge_sides(count: int, label: str = "Uvicorn", view: str = "shop.views.wait_async") -> Side:
    """All at once: each view takes a second."""
    return Side(
        label,
        "any",
        [[span(n, "client", 0, 1), span(n, "view", 0, 1, **{"code.function.name": view})] for n in range(count)],
    )


def test_steps_of_one_meaning_stand_in_one_row_whatever_their_functions_are_called() -> None:
    rows = {row.stage: row for row in diff_sides(queued(4), merge_sides(4)).rows}
    assert (rows["view"].a.mean_s, rows["view"].b.mean_s) == (1, 1)
    assert rows["view"].difference_s == 0
    assert (rows["queue"].a.mean_s, rows["queue"].b.mean_s) == (1.5, 0)
    assert (rows["queue"].a.count, rows["queue"].b.count) == (1, 0)


def test_rows_come_in_the_order_of_the_journey() -> None:
    assert [row.stage for row in diff_sides(merge_sides(4), queued(4)).rows] == ["client", "queue", "view"]


def test_each_middleware_is_a_step_of_its_own() -> None:
    layered = Side(
        "Uvicorn",
        "any",
        [
            [
                span(1, "client", 0, 4),
                span(1, "middleware", 0, 4, **{"code.function.name": "django.middleware.OuterMiddleware"}),
                span(
                    1, "middleware", 1, 2, "django.middleware.OuterMiddleware", **{"code.function.name": "my.Inner"}
                ),
            ]
        ],
    )
    rows = [(row.name, row.a.mean_s) for row in diff_sides(layered, merge_sides(1)).rows if row.stage == "middleware"]
    assert rows == [("Outer", 3), ("Inner", 1)]


@pytest.mark.parametrize("turned", [False, True])
def test_the_sentence_says_who_is_slower_how_much_and_why(turned: bool) -> None:
    sides = (queued(10), merge_sides(10))
    comparison = diff_sides(*reversed(sides)) if turned else diff_sides(*sides)
    assert comparison.slower == ("b" if turned else "a")
    assert comparison.sentence == (
        "Gunicorn took 10.0 s until the last answer, 10.0 times as long as Uvicorn (1.00 s). A request took 4.50 s "
        "longer on average: 4.50 s more waiting at the door, before the application was called."
    )


def test_sides_that_are_alike_are_called_so() -> None:
    comparison = diff_sides(merge_sides(3), merge_sides(5, "Hypercorn"))
    assert comparison.slower == ""
    assert comparison.sentence.startswith("Uvicorn and Hypercorn took the same time")


def test_more_requests_are_a_reason_too() -> None:
    more = Side("Busy", "any", [[span(n, "client", n, n + 1), span(n, "view", n, n + 1)] for n in range(3)])
    assert diff_sides(more, merge_sides(1)).sentence.endswith("It had 3 requests to answer, the other one 1.")


def test_a_side_without_an_ended_request_is_refused_by_name() -> None:
    unfinished = Side("Daphne", "any", [[span(1, "client", 0, None)]])
    with pytest.raises(ValueError, match="Daphne has no request"):
        diff_sides(unfinished, merge_sides(1))
