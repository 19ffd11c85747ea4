"""The picture of a run for paper."""

from dashboard.runs.request_chart import MOST_REQUESTS, draw_requests, latest_end
from dashboard.runs.results import RequestResult, ServerResult


def request(index: int, served_s: float | None, total_s: float) -> RequestResult:
    return RequestResult(trace_id=f"{index:032x}", index=index, served_s=served_s, total_s=total_s)


def test_a_request_waits_and_is_served() -> None:
    result = ServerResult(requests=(request(1, 0.0, 1.0), request(2, 1.0, 2.0), request(3, None, 2.0)))
    chart = draw_requests(result, latest_end([result]))
    assert [(bar.waited_at, bar.waited, bar.served_at) for bar in chart.bars] == [
        (0, 0, 0),
        (0, 50, 50),
        (0, 100, 100),
    ]
    assert [bar.served for bar in chart.bars[:2]] == [50, 50]
    assert [tick.label for tick in chart.ticks] == ["0 s", "0.5 s", "1 s", "1.5 s", "2 s"]


def test_a_long_run_is_cut_and_says_so() -> None:
    result = ServerResult(requests=tuple(request(index, 0.0, 1.0) for index in range(100)))
    chart = draw_requests(result, 1.0)
    assert (chart.lines, chart.others) == (MOST_REQUESTS, 100 - MOST_REQUESTS)


def test_a_run_without_requests_has_an_axis() -> None:
    assert draw_requests(ServerResult(), latest_end([])).ticks[0].label == "0 s"
