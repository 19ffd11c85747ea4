"""The figures of a run come from the client's clock and from the spans; what was not measured is None."""

from dataclasses import replace
from typing import Any

from dashboard.lessons.results import CONVERSATION, Outcome, request_result, server_result
from dashboard.traces.span import Span

MS = 1_000_000


def span(stage: str, start_ms: int, end_ms: int | None, parent: str | None = None, **attributes: Any) -> Span:
    end_ns = None if end_ms is None else end_ms * MS
    return Span("a" * 32, stage, parent, stage, stage, "uvicorn", start_ms * MS, end_ns, attributes=attributes)


def outcome(index: int = 1, started_s: float = 0.0, total_s: float = 1.0, status: int | None = 200) -> Outcome:
    return Outcome("a" * 32, index, started_s, total_s, status)


def test_queue_view_and_place_of_a_request_come_from_its_spans() -> None:
    spans = [
        span("client", 0, 1000),
        span("queue", 0, 300, "client"),
        span("server", 300, 1000, "client", **{"process.pid": 7}),
        span("view", 400, 900, "server", **{"process.pid": 7, "thread.name": "worker_3"}),
    ]
    result = request_result(outcome(), spans)
    assert (result.queue_s, result.view_s, result.pid, result.thread) == (0.3, 0.5, 7, "worker_3")
    assert result.unaccounted_s == 0
    assert sum(result.stages.values()) == 1.0


def test_a_request_without_spans_has_no_invented_figures() -> None:
    result = request_result(outcome(status=None), [])
    assert (result.queue_s, result.view_s, result.unaccounted_s, result.pid, result.thread) == (None,) * 5


def test_of_a_websocket_the_session_counts_and_the_thread_that_ran_its_consumer() -> None:
    session = span("session", 0, 3000, **{"process.pid": 7, "thread.name": "MainThread"})
    about = {"gatescope.crossing.reason": "sync consumer", "gatescope.crossing.thread.name": "worker_0"}
    hop = span("crossing", 1000, 2000, "session", **{**about, "gatescope.crossing.ran_ns": 999 * MS})
    short = span("crossing", 0, 1, "session", **{**about, "gatescope.crossing.thread.name": "worker_1"})
    result = request_result(outcome(), [session, short, hop])
    assert (result.view_s, result.pid, result.thread) == (3.0, 7, "worker_0")
    assert request_result(outcome(), [session]).thread == "MainThread"


def test_what_a_proxy_says_went_wrong_is_the_request_s_error_and_counts() -> None:
    refused = replace(span("proxy", 0, 1, **{"error.type": "the server refused the connection"}), status="error")
    result = request_result(outcome(status=502), [refused])
    assert result.error == "nginx: the server refused the connection"
    assert server_result([outcome(status=502)], [result]).errors == 1
    assert server_result([replace(outcome(), left=True)], [result]).errors == 0


def test_an_open_stage_has_no_duration_yet() -> None:
    assert request_result(outcome(), [span("view", 0, None)]).view_s is None


def test_first_and_last_answer_are_counted_from_the_run_s_start() -> None:
    outcomes = [outcome(1, 0.0, 1.0), outcome(2, 0.5, 2.0), outcome(3, 0.0, 9.0, status=None)]
    figures = server_result(outcomes, [request_result(each, []) for each in outcomes])
    assert (figures.first_s, figures.last_s, figures.wall_s, figures.errors) == (1.0, 2.5, 9.0, 1)


def test_a_run_without_answers_has_no_first_and_last() -> None:
    figures = server_result([], [])
    assert (figures.first_s, figures.last_s, figures.wall_s, figures.view_s) == (None,) * 4


def test_threads_are_told_apart_by_process_and_name() -> None:
    outcomes = [outcome(index) for index in (1, 2, 3)]
    results = [
        request_result(each, [span("view", 0, 1, **{"process.pid": pid, "thread.name": name})])
        for each, (pid, name) in zip(outcomes, [(1, "a"), (1, "b"), (2, "a")], strict=True)
    ]
    figures = server_result(outcomes, results)
    assert (figures.threads, figures.processes) == (3, 2)


def left(index: int = 1) -> Outcome:
    return replace(outcome(index, total_s=0.5, status=None), left=True, error="left after 0.5 s")


def test_queries_and_chunks_after_the_client_left_are_steps_for_nobody() -> None:
    said = {
        CONVERSATION: ["environ", "piece", "piece", "piece", "piece", "close"],
        f"{CONVERSATION}.at_ns": [0, 100 * MS, 400 * MS, 800 * MS, 900 * MS, 950 * MS],
        f"{CONVERSATION}.size": [0, 9, 9, 9, 0, 0],
    }
    spans = [
        span("client", 0, 500),
        span("server", 1, 2000, "client", **said),
        *(span("query", ms, ms + 1, "server") for ms in (200, 400, 600, 800)),
    ]
    assert request_result(left(), spans).steps_after == 3


def test_a_client_that_left_is_no_failure_and_its_steps_are_summed() -> None:
    spans = [span("client", 0, 500), span("server", 1, 2000, "client"), span("query", 600, 700, "server")]
    outcomes = [left(1), left(2), outcome(3)]
    results = [
        request_result(outcomes[0], spans),
        request_result(outcomes[1], spans),
        request_result(outcomes[2], []),
    ]
    figures = server_result(outcomes, results)
    assert (figures.errors, figures.steps_after) == (0, 2)


def test_where_nobody_left_there_are_no_steps_for_nobody() -> None:
    assert request_result(outcome(), [span("server", 1, 2000)]).steps_after is None
    assert server_result([outcome()], [request_result(outcome(), [])]).steps_after is None
