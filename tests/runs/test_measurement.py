"""The figures of a run come from the client's clock and from the spans; what was not measured is None."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace

from dashboard.runs.measurement import join_heard_spread, measure_request, summarize_server
from dashboard.runs.results import RequestResult, ServerResult
from dashboard.traces.attributes import CONVERSATION
from dashboard.traces.span import Span

MS = 1_000_000


def span(stage: str, start_ms: int, end_ms: int | None, parent: str | None = None, **attributes: Any) -> Span:
    end_ns = None if end_ms is None else end_ms * MS
    return Span("a" * 32, stage, parent, stage, stage, "uvicorn", start_ms * MS, end_ns, attributes=attributes)


def seen(index: int = 1, started_s: float = 0.0, total_s: float = 1.0, status: int | None = 200) -> RequestResult:
    return RequestResult(trace_id="a" * 32, index=index, started_s=started_s, total_s=total_s, status=status)


def test_queue_view_and_place_of_a_request_come_from_its_spans() -> None:
    spans = [
        span("client", 0, 1000),
        span("queue", 0, 300, "client"),
        span("server", 300, 1000, "client", **{"process.pid": 7}),
        span("view", 400, 900, "server", **{"process.pid": 7, "thread.name": "worker_3"}),
    ]
    result = measure_request(seen(), spans)
    assert (result.queue_s, result.view_s, result.pid, result.thread) == (0.3, 0.5, 7, "worker_3")
    assert result.unaccounted_s == 0
    assert sum(result.stages.values()) == 1.0


def test_a_request_without_spans_has_no_invented_figures() -> None:
    result = measure_request(seen(status=None), [])
    assert (result.queue_s, result.view_s, result.unaccounted_s, result.pid, result.thread) == (None,) * 5


def test_of_a_websocket_the_session_counts_and_the_thread_that_ran_its_consumer() -> None:
    session = span("session", 0, 3000, None, **{"process.pid": 7, "thread.name": "MainThread"})
    about = {"gatescope.crossing.reason": "sync consumer", "gatescope.crossing.thread.name": "worker_0"}
    hop = span("crossing", 1000, 2000, "session", **{**about, "gatescope.crossing.ran_ns": 999 * MS})
    short = span("crossing", 0, 1, "session", **{**about, "gatescope.crossing.thread.name": "worker_1"})
    result = measure_request(seen(), [session, short, hop])
    assert (result.view_s, result.pid, result.thread) == (3.0, 7, "worker_0")
    assert measure_request(seen(), [session]).thread == "MainThread"


def test_what_a_proxy_says_went_wrong_is_the_request_s_error_and_counts() -> None:
    refused = replace(span("proxy", 0, 1, **{"error.type": "the server refused the connection"}), status="error")
    result = measure_request(seen(status=502), [refused])
    assert result.error == "nginx: the server refused the connection"
    assert summarize_server([result]).errors == 1
    assert summarize_server([structs.replace(result, left=True)]).errors == 0


def test_a_request_that_is_still_on_its_way_has_not_failed() -> None:
    on_its_way = structs.replace(seen(status=None), ended=False)
    figures = summarize_server([seen(), on_its_way])
    assert (figures.errors, figures.ended) == (0, 1)


def test_an_open_stage_has_no_duration_yet() -> None:
    assert measure_request(seen(), [span("view", 0, None)]).view_s is None


def test_first_and_last_answer_are_counted_from_the_run_s_start() -> None:
    outcomes = [seen(1, 0.0, 1.0), seen(2, 0.5, 2.0), seen(3, 0.0, 9.0, status=None)]
    figures = summarize_server([measure_request(each, []) for each in outcomes])
    assert (figures.first_s, figures.last_s, figures.wall_s, figures.errors) == (1.0, 2.5, 9.0, 1)


def test_a_run_without_answers_has_no_first_and_last() -> None:
    figures = summarize_server([])
    assert (figures.first_s, figures.last_s, figures.wall_s, figures.view_s) == (None,) * 4


def test_threads_are_told_apart_by_process_and_name() -> None:
    outcomes = [seen(index) for index in (1, 2, 3)]
    results = [
        measure_request(each, [span("view", 0, 1, None, **{"process.pid": pid, "thread.name": name})])
        for each, (pid, name) in zip(outcomes, [(1, "a"), (1, "b"), (2, "a")], strict=True)
    ]
    figures = summarize_server(results)
    assert (figures.threads, figures.processes) == (3, 2)


def left(index: int = 1) -> RequestResult:
    return structs.replace(seen(index, total_s=0.5, status=None), left=True, error="left after 0.5 s")


@pytest.mark.parametrize(
    ("queries_ms", "steps"),
    [
        pytest.param((200, 400, 600, 800), 2, id="queries, and the chunk of the answer is none"),
        pytest.param((), 1, id="chunks of a stream"),
    ],
)
def test_queries_or_chunks_after_the_client_left_are_steps_for_nobody(queries_ms: Sequence[int], steps: int) -> None:
    said = {
        CONVERSATION: ["environ", "piece", "piece", "piece", "piece", "close"],
        f"{CONVERSATION}.at_ns": [0, 100 * MS, 400 * MS, 800 * MS, 900 * MS, 950 * MS],
        f"{CONVERSATION}.size": [0, 9, 9, 9, 0, 0],
    }
    spans = [
        span("client", 0, 500),
        span("server", 1, 2000, "client", **said),
        *(span("query", ms, ms + 1, "server") for ms in queries_ms),
    ]
    assert measure_request(left(), spans).steps_after == steps


def test_a_client_that_left_is_no_failure_and_its_steps_are_summed() -> None:
    spans = [span("client", 0, 500), span("server", 1, 2000, "client"), span("query", 600, 700, "server")]
    outcomes = [left(1), left(2), seen(3)]
    results = [
        measure_request(outcomes[0], spans),
        measure_request(outcomes[1], spans),
        measure_request(outcomes[2], []),
    ]
    figures = summarize_server(results)
    assert (figures.errors, figures.steps_after) == (0, 2)


def test_where_nobody_left_there_are_no_steps_for_nobody() -> None:
    assert measure_request(seen(), [span("server", 1, 2000)]).steps_after is None
    assert summarize_server([measure_request(seen(), [])]).steps_after is None


def at(pid: int, thread: str, loop: int | None = None, **more: Any) -> dict[str, Any]:
    """Where a span was, as the probes tell it."""
    return {"process.pid": pid, "thread.name": thread, **({"gatescope.loop": loop} if loop else {}), **more}


def test_every_thread_and_loop_of_the_server_counts_once_and_those_of_another_service_do_not() -> None:
    hop = {"gatescope.crossing.thread.name": "worker_1", "gatescope.crossing.loop": 5}
    spans = [
        span("client", 0, 100),
        span("server", 0, 90, "client", **at(7, "MainThread", 4)),
        span("crossing", 1, 80, "server", **at(7, "MainThread", 4, **hop)),
        span("view", 2, 70, "crossing", **at(7, "worker_1")),
        replace(span("server", 3, 60, "view", **at(8, "MainThread", 1)), server="upstream", span_id="other"),
    ]
    outcomes = [seen(1), seen(2)]
    results = [measure_request(each, spans) for each in outcomes]
    figures = summarize_server(results)
    assert list(results[0].all_threads) == ["7/MainThread", "7/worker_1"]
    assert (figures.all_threads, figures.loops, figures.crossings) == (2, 2, 2)


def test_a_thread_counts_at_once_with_those_that_were_needed_while_it_was() -> None:
    """Two threads for the whole of two requests, and two that only closed the answers, one after the other."""

    def hop(ran_ms: int, thread: str) -> dict[str, Any]:
        ran_ns = {"gatescope.crossing.started_ns": ran_ms * MS, "gatescope.crossing.returned_ns": (ran_ms + 2) * MS}
        return at(7, "MainThread", 4, **{"gatescope.crossing.thread.name": thread}, **ran_ns)

    def trace(number: int, *hops_ms: int) -> list[Span]:
        hops = [span("crossing", ms, ms + 50, "server", **hop(ms, f"worker_{number}")) for ms in hops_ms]
        return [span("client", 0, 1000), span("server", 1, 990, "client", **at(7, "MainThread", 4)), *hops]

    def at_once(*traces: list[Span]) -> tuple[int, int]:
        outcomes = [seen(index) for index, _ in enumerate(traces)]
        figures = summarize_server(list(map(measure_request, outcomes, traces)))
        return figures.all_threads, figures.threads_at_once

    assert at_once(trace(1, 10, 900), trace(2, 20, 910)) == (3, 3)
    assert at_once(trace(1, 900), trace(2, 910)) == (3, 2)


def test_the_longest_turn_on_a_loop_is_its_lag_but_many_turns_in_one_are_none() -> None:
    turns = {"gatescope.slices": [0, 5 * MS, 10 * MS, 40 * MS, 60 * MS, 900 * MS]}
    assert measure_request(seen(), [span("server", 0, 1000, **at(7, "m", 1, **turns))]).lag_s == 0.9
    merged = {**turns, "gatescope.slices_merged": 3}
    assert measure_request(seen(), [span("server", 0, 1000, **at(7, "m", 1, **merged))]).lag_s == 0.04
    assert measure_request(seen(), [span("server", 0, 1000, **at(7, "m"))]).lag_s is None


def served(index: int, started_ms: int, ended_ms: int, view_ms: int | None = None) -> list[Span]:
    view = [] if view_ms is None else [span("view", view_ms, ended_ms, "server", **at(7, "m"))]
    return [span("client", 0, ended_ms + 100), span("server", started_ms, ended_ms, "client", **at(7, "m")), *view]


def test_who_was_being_served_before_the_first_was_done_with_was_admitted() -> None:
    outcomes = [seen(index, total_s=2.1) for index in (1, 2, 3, 4)]
    # The third's view began when its thread was free again, before the first client had read its last byte.
    traces = [served(1, 0, 2000, 10), served(2, 0, 2001, 12), served(3, 2001, 4000, 2002), served(4, 0, 2000)]
    figures = summarize_server(list(map(measure_request, outcomes, traces)))
    assert figures.admitted == 2
    streams = [structs.replace(each, chunks_s=(0.4,)) for each in outcomes]
    assert summarize_server([measure_request(each, []) for each in streams]).admitted == 4


def test_the_share_of_the_worst_request_that_stages_own_and_the_answers_a_second_are_told() -> None:
    outcomes = [seen(1, total_s=1.0), seen(2, started_s=1.0, total_s=1.0), seen(3, status=None)]
    traces = [
        [span("client", 0, 1000), span("server", 0, 900, "client")],
        [span("client", 0, 1000), span("server", 0, 600, "client")],
        [],
    ]
    figures = summarize_server(list(map(measure_request, outcomes, traces)))
    assert figures.accounted == 0.6
    assert figures.per_second == 1.0
    assert [request.started_s for request in figures.requests] == [0.0, 1.0, 0.0]
    assert summarize_server([]).accounted is None


def test_how_far_apart_phones_heard_is_counted_over_all_servers_but_not_where_nobody_heard() -> None:
    def heard(*moments_s: float | None, slow_s: float = 9.0) -> ServerResult:
        phones = [structs.replace(seen(index), heard_s=moment_s) for index, moment_s in enumerate(moments_s)]
        phones.append(structs.replace(seen(9), heard_s=slow_s, slow=True))
        return summarize_server([measure_request(each, []) for each in phones])

    results = join_heard_spread({"one": heard(0.25, 0.5), "two": heard(0.125), "deaf": heard(None)})
    assert [result.heard_spread_s for result in results.values()] == [0.375, 0.375, None]
