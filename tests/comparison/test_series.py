"""What a chart measures, and what is kept of it."""

import msgspec

from dashboard.comparison.results import from_json
from dashboard.comparison.series import CHARTS, ChartMeasurement
from dashboard.runs.results import RequestResult, RunResult, ServerResult
from tests.lessons.made import surroundings


def run(run_id: str, *, errors: int = 0) -> RunResult:
    result = ServerResult(last_s=0.25, errors=errors, requests=(RequestResult(trace_id="t", index=1),))
    return RunResult(id=run_id, scenario="wait", count=1, concurrency=1, servers={"uvicorn": result})


def begun() -> ChartMeasurement:
    return ChartMeasurement(CHARTS["last"], {"uvicorn": "asgi"}, surroundings())


def test_a_run_with_errors_is_no_point_of_a_chart() -> None:
    measurement = begun()
    measurement.add_run("uvicorn", 0, run("a"))
    measurement.add_run("uvicorn", 1, run("b", errors=1))
    result = measurement.result()
    assert result
    assert result.values == {"uvicorn": (0.25, None, None, None)}
    assert result.runs == {"uvicorn": ("a", "b", None, None)}
    assert not result.whole


def test_a_chart_of_which_nothing_was_measured_is_not_kept() -> None:
    measurement = begun()
    measurement.add_run("uvicorn", 0, run("a", errors=1))
    assert measurement.result() is None


def test_a_chart_that_was_measured_as_a_whole_comes_back_as_it_was_kept() -> None:
    measurement = begun()
    for position in range(len(CHARTS["last"].points)):
        measurement.add_run("uvicorn", position, run("a"))
    result = measurement.result()
    assert result
    assert result.whole
    assert from_json(msgspec.to_builtins(result)) == result
