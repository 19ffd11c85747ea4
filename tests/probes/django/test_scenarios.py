"""The stages of every scenario, seen from outside: real servers, real requests, spans that were posted."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from probes import attributes

if TYPE_CHECKING:
    from tests.probes.django.conftest import Observed
    from tests.probes.traces import SeenSpan, Trace

MIDDLEWARES = [
    "SecurityMiddleware",
    "SessionMiddleware",
    "CommonMiddleware",
    "CsrfViewMiddleware",
    "NotForSearchEngines",
    "currency",
]

# What a sync MiddlewareMixin costs under ASGI: one hop for each of its hooks.
SYNC_HOOKS = [
    "SecurityMiddleware.process_request",
    "SessionMiddleware.process_request",
    "CommonMiddleware.process_request",
    "CsrfViewMiddleware.process_request",
    "CsrfViewMiddleware.process_view",
    "NotForSearchEngines.process_response",
    "CsrfViewMiddleware.process_response",
    "CommonMiddleware.process_response",
    "SessionMiddleware.process_response",
    "SecurityMiddleware.process_response",
]


def crossings(trace: Trace, reason: str) -> list[SeenSpan]:
    return [span for span in trace.all("crossing") if span[attributes.CROSSING_REASON] == reason]


def threads(traces: list[Trace]) -> set[tuple[int, int]]:
    """Return process and thread of each view."""
    views = [trace.one("view") for trace in traces]
    return {(view["process.pid"], view["thread.id"]) for view in views}


def test_every_middleware_stands_inside_the_one_before_it(observed: Observed) -> None:
    trace = observed.trace("/hello/")
    middlewares = trace.all("middleware")
    assert [span.name for span in middlewares] == MIDDLEWARES
    for outer, inner in itertools.pairwise(middlewares):
        assert trace.parent(inner) is outer
    assert trace.parent(middlewares[0]) is trace.one("handler")
    assert trace.parent(trace.one("handler")) is trace.one("server")
    assert trace.parent(trace.one("resolve")) is middlewares[-1]


def test_route_is_known_to_the_server_stage(observed: Observed) -> None:
    server = observed.trace("/hello/").one("server")
    assert (server["http.route"], server["http.response.status_code"]) == ("/hello/", 200)


def test_signals_of_the_request_stand_inside_the_server_stage(observed: Observed) -> None:
    trace = observed.trace("/hello/")
    started, finished = trace.all("signal")
    assert (started.name, finished.name) == ("request_started", "request_finished")
    assert trace.ancestors(started)[-1] == trace.ancestors(finished)[-1] == "server"


def test_view_shows_its_own_lines(observed: Observed) -> None:
    view = observed.trace("/hello/").one("view")
    assert view[attributes.CODE].startswith("def hello(request: Request) -> Response:\n")
    assert view[attributes.CODE_FILE].endswith("samples/scenarios.py")


def test_nothing_crosses_under_wsgi(gunicorn: Observed) -> None:
    assert gunicorn.trace("/hello/").all("crossing") == []


def test_everything_sync_crosses_under_asgi_and_says_why(uvicorn: Observed) -> None:
    trace = uvicorn.trace("/hello/")
    reasons = [span[attributes.CROSSING_REASON] for span in trace.all("crossing")]
    assert sorted(reasons) == sorted(
        ["signal receiver", *["sync middleware"] * len(SYNC_HOOKS), "sync view", "response close"]
    )
    hooks = [span[attributes.CROSSING_FUNCTION] for span in crossings(trace, "sync middleware")]
    assert [".".join(hook.split(".")[-2:]) for hook in hooks] == SYNC_HOOKS
    assert trace.ancestors(trace.one("view"))[0] == "crossing"


def test_sync_code_of_one_request_shares_one_thread_under_asgi(uvicorn: Observed) -> None:
    trace = uvicorn.trace("/hello/")
    assert len({span[attributes.CROSSING_THREAD_ID] for span in trace.all("crossing")}) == 1


def test_async_view_needs_no_hop_but_its_surroundings_do(uvicorn: Observed) -> None:
    trace = uvicorn.trace("/wait-async/?seconds=0.1")
    view = trace.one("view")
    assert trace.parent(view).stage == "middleware"
    assert view["thread.id"] == trace.one("server")["thread.id"]
    assert len(crossings(trace, "sync middleware")) == len(SYNC_HOOKS)


def test_ten_sync_views_at_once_run_on_ten_threads_under_asgi(uvicorn: Observed) -> None:
    assert len(threads(uvicorn.traces("/wait/?seconds=0.5", 10))) == 10


def test_ten_async_views_at_once_run_on_one_thread_under_asgi(uvicorn: Observed) -> None:
    assert len(threads(uvicorn.traces("/wait-async/?seconds=0.5", 10))) == 1


def test_one_sync_worker_runs_every_view_on_its_one_thread(gunicorn: Observed) -> None:
    assert len(threads(gunicorn.traces("/wait/?seconds=0.1", 5))) == 1


def test_async_views_under_wsgi_each_get_a_loop_of_their_own(gunicorn: Observed) -> None:
    traces = gunicorn.traces("/wait-async/?seconds=0.1", 3)
    hops = [trace.one("crossing") for trace in traces]
    assert {hop[attributes.CROSSING_REASON] for hop in hops} == {"async view"}
    assert {hop[attributes.CROSSING_NEW_LOOP] for hop in hops} == {True}
    assert len({hop[attributes.CROSSING_LOOP] for hop in hops}) == 3


def test_waiting_coroutine_ran_for_a_moment_only(uvicorn: Observed) -> None:
    view = uvicorn.trace("/wait-async/?seconds=0.5").one("view")
    running_ns = sum(view["gatescope.slices"][1::2])
    assert running_ns < 0.2 * view.duration_ns


def test_blocking_coroutine_ran_all_the_time(uvicorn: Observed) -> None:
    view = uvicorn.trace("/wait-blocking/?seconds=0.5").one("view")
    running_ns = sum(view["gatescope.slices"][1::2])
    assert running_ns > 0.9 * view.duration_ns


def test_gather_gives_the_loop_away_while_it_waits(observed: Observed) -> None:
    view = observed.trace("/gather/").one("view")
    assert view[attributes.MODE] == "async"
    assert sum(view["gatescope.slices"][1::2]) < 0.5 * view.duration_ns


def test_calls_at_once_overlap_and_calls_in_sequence_do_not(observed: Observed) -> None:
    at_once = observed.trace("/gather/").all("call")
    one_by_one = observed.trace("/sequence/").all("call")
    assert len(at_once) == len(one_by_one) == 4
    assert max(call.start_ns for call in at_once) < min(call.end_ns for call in at_once)
    assert all(before.end_ns <= after.start_ns for before, after in itertools.pairwise(one_by_one))


def test_calls_stand_inside_the_view_and_say_where_they_went(observed: Observed) -> None:
    trace = observed.trace("/gather/")
    for call in trace.all("call"):
        assert trace.parent(call) is trace.one("view")
        assert (call["http.request.method"], call["http.response.status_code"]) == ("GET", 200)
        assert call["url.full"].endswith("/slow/")


def test_queries_of_a_sync_view_stand_inside_it(observed: Observed) -> None:
    trace = observed.trace("/query/")
    names = [span.name for span in trace.children(trace.one("view")) if span[attributes.QUERY_KIND] == "query"]
    assert names == ["SELECT shop_product", "SELECT shop_category", "SELECT shop_review"]


def test_each_async_query_crosses_for_the_orm(uvicorn: Observed) -> None:
    trace = uvicorn.trace("/query-async/")
    hops = trace.children(trace.one("view"))
    assert [hop[attributes.CROSSING_REASON] for hop in hops] == ["ORM"] * 3
    queries = [span for span in trace.all("query") if span[attributes.QUERY_KIND] == "query"]
    assert [trace.parent(query) for query in queries] == hops


def test_slow_query_takes_its_time_in_the_database(observed: Observed) -> None:
    trace = observed.trace("/query/?seconds=0.3")
    slow = next(span for span in trace.all("query") if span.name == "SELECT shop_product")
    assert 0.3e9 <= slow.duration_ns < 0.6e9


@pytest.mark.parametrize("path", ["/query/?seconds=1", "/query-async/?seconds=1"])
def test_stages_of_a_slow_query_add_up(observed: Observed, path: str) -> None:
    """What no innermost stage owns is less than a tenth of the request."""
    trace = observed.trace(path)
    owned_ns = sum(span.duration_ns for span in trace.all("query"))
    assert owned_ns > 0.9 * trace.one("server").duration_ns


def test_queries_that_a_template_starts_stand_inside_the_template(observed: Observed) -> None:
    trace = observed.trace("/template/")
    template = trace.one("template")
    assert template.name == "shop/products.html"
    assert trace.parent(template) is trace.one("view")
    queries = {span.name for span in trace.children(template)}
    assert {"SELECT shop_product", "SELECT shop_category"} <= queries


def test_error_is_on_the_view_and_its_handling_is_a_hop_under_asgi(uvicorn: Observed) -> None:
    trace = uvicorn.trace("/error/")
    view = trace.one("view")
    assert view.failed
    assert view.events[0]["exception.message"] == "This view fails on purpose."
    functions = [span[attributes.CROSSING_FUNCTION] for span in crossings(trace, "exception handling")]
    assert [function.rpartition(".")[2] for function in functions] == [
        "process_exception_by_middleware",
        "response_for_exception",
        "log_response",
    ]


def test_bad_request_fails_the_view_and_keeps_its_status(observed: Observed) -> None:
    trace = observed.trace("/wait/?seconds=x")
    assert trace.one("view")["error.type"] == "django.core.exceptions.BadRequest"
    assert trace.one("server")["http.response.status_code"] == 400


def test_open_view_arrives_while_it_runs(observed: Observed) -> None:
    trace = observed.trace("/wait/?seconds=1")
    view = trace.one("view")
    arrived_ns = min(span.at_ns for span in observed.receiver.spans if span.span_id == view.span_id)
    assert arrived_ns - view.start_ns < 0.25e9


@pytest.mark.parametrize("path", ["/wait/?seconds=0.5", "/wait-async/?seconds=0.5", "/wait-blocking/?seconds=0.5"])
def test_the_line_at_which_a_view_waits_is_seen(observed: Observed, path: str) -> None:
    view = observed.trace(path).one("view")
    shown = view[attributes.CODE].split("\n")
    seen = [shown[line - view[attributes.CODE_LINE]] for line in view["gatescope.code.lines"][1::2]]
    assert any("sleep(seconds)" in line for line in seen)


def test_middleware_around_a_waiting_view_is_shown_in_its_inner_phase(observed: Observed) -> None:
    observed.trace("/wait/?seconds=0.5")
    phases = {
        span[attributes.PHASE] for span in observed.receiver.spans if span.stage == "middleware" and not span.end_ns
    }
    assert "inner" in phases
