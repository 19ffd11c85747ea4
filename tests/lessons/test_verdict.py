"""A proof holds when the median of all rounds is where the lesson says; nothing measured holds nothing."""

from typing import Any

import pytest

from dashboard.lessons.lesson import Proof
from dashboard.lessons.verdict import findings, is_met
from dashboard.runs.metrics import METRICS
from dashboard.runs.results import RequestResult, ServerResult
from tests.lessons.made import lesson, request, run


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
    (finding,) = findings(lesson(), rounds)
    assert (finding.measured, finding.spread, finding.holds) == (1.1, (1.0, 5.0), True)


def test_a_round_without_a_figure_makes_the_whole_unmeasured() -> None:
    rounds = [{"one": run(uvicorn={"last_s": 1.0})}, {"one": run(uvicorn={"last_s": None})}]
    (finding,) = findings(lesson(), rounds)
    assert (finding.measured, finding.holds) == (None, False)
    assert finding.as_json()["values"] == [1.0, None]


def test_a_ratio_divides_the_figures_of_two_servers() -> None:
    ratio = proof(expected=4.0, over_server="daphne")
    (finding,) = findings(lesson(prove=(ratio,)), [{"one": run(uvicorn={"last_s": 4.2}, daphne={"last_s": 1.0})}])
    assert (finding.measured, finding.unit, finding.holds) == (4.2, "times", True)


def test_nothing_is_divided_by_nothing() -> None:
    ratio = proof(over_server="daphne")
    (finding,) = findings(lesson(prove=(ratio,)), [{"one": run(uvicorn={"last_s": 4.2}, daphne={"last_s": 0})}])
    assert finding.measured is None


def read(metric: str, *requests: RequestResult) -> float | None:
    return METRICS[metric].read(ServerResult(requests=requests))


def test_a_status_is_one_figure_only_when_all_have_the_same() -> None:
    assert read("status", request(status=101), request(status=101)) == 101
    assert read("status", request(status=101), request(status=404)) is None
    assert read("status", request()) is None


def test_a_version_of_http_is_a_number_and_a_refusal_is_0() -> None:
    assert read("protocol", request(protocol="1.1")) == 1.1
    assert read("protocol", request(protocol="2"), request(protocol="2")) == 2
    assert read("protocol", request()) == 0
    assert read("protocol", request(protocol="websocket")) is None


def test_chunks_are_read_at_their_ends() -> None:
    assert read("first chunk", request(chunks_s=(0.1, 2.0)), request(chunks_s=(0.3, 2.2))) == pytest.approx(0.2)
    assert read("last chunk", request(chunks_s=(0.1, 2.0))) == 2.0
    assert read("last chunk", request()) is None
