"""Each middleware is a stage inside the one before it, and knows its way in and its way out."""

from __future__ import annotations

import pytest

from probes import attributes
from tests.probes.django.in_process import ask_asgi, ask_wsgi, request_observed


def test_middlewares_nest_in_the_order_of_the_settings(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello/", ["SyncOnly", "function_middleware"])
    outer, inner = trace.all("middleware")
    assert [outer.name, inner.name] == ["SyncOnly", "function_middleware"]
    assert trace.parent(inner) is outer
    assert trace.parent(trace.one("view")) is inner


def test_middleware_is_named_as_in_the_settings(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello/", ["SyncOnly", "function_middleware"])
    assert [span[attributes.FUNCTION] for span in trace.all("middleware")] == [
        "tests.probes.django.site.SyncOnly",
        "tests.probes.django.site.function_middleware",
    ]


def test_middleware_shows_the_lines_that_do_its_work(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello/", ["SyncOnly", "function_middleware", "Csrf"])
    code = [span[attributes.CODE] for span in trace.all("middleware")]
    assert [text.strip().partition("(")[0] for text in code] == [
        *("def __call__", "def middleware", "def process_request"),
    ]
    assert trace.all("middleware")[0][attributes.CODE_FILE] == "tests/probes/django/site.py"


def test_way_in_and_way_out_leave_room_for_the_inner_layers(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello/", ["SyncOnly", "SyncOnly"])
    outer, inner = trace.all("middleware")
    assert outer[attributes.PHASE] == "out"
    assert 0 < outer[attributes.IN] + outer[attributes.OUT] < outer.duration_ns
    assert outer[attributes.IN] <= inner.start_ns - outer.start_ns + 1_000_000


def test_middleware_that_answers_by_itself_was_on_its_way_in_all_the_time(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/hello/", ["SyncOnly", "Doorman"]).status_code == 403
    doorman = trace.all("middleware")[1]
    assert doorman[attributes.PHASE] == "in"
    assert attributes.OUT not in doorman.attributes
    assert trace.all("view") == []


def test_middleware_that_asks_twice_shows_both_journeys(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello/", ["Stubborn"])
    assert len(trace.all("view")) == 2
    assert trace.one("middleware")[attributes.PHASE] == "out"


def test_error_of_a_middleware_is_on_its_own_stage(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/hello/", ["SyncOnly", "Clumsy"]).status_code == 500
    outer, clumsy = trace.all("middleware")
    assert clumsy.failed
    assert clumsy.events[0]["exception.message"] == "clumsy on purpose"
    assert not outer.failed


@pytest.mark.parametrize(
    ("middleware", "mode"), [("SyncOnly", "sync"), ("AsyncOnly", "async"), ("Unmarked", "async")]
)
async def test_mode_says_how_django_runs_it(instrument: None, middleware: str, mode: str) -> None:
    with request_observed() as trace:
        await ask_asgi("/hello-async/", [middleware])
    assert trace.one("middleware")[attributes.MODE] == mode


async def test_sync_middleware_under_asgi_costs_a_hop_there_and_a_hop_back(instrument: None) -> None:
    with request_observed() as trace:
        await ask_asgi("/hello-async/", ["AsyncOnly", "SyncOnly"])
    view = trace.one("view")
    assert trace.ancestors(view) == ["crossing", "middleware", "crossing", "middleware", "handler", "server"]
    back, there = (span for span in reversed(trace.all("crossing")))
    assert (there[attributes.CROSSING_REASON], back[attributes.CROSSING_REASON]) == (
        "sync middleware",
        "async handler",
    )
    assert view["gatescope.loop"] == there["gatescope.loop"]


async def test_hop_to_the_next_layer_is_not_counted_as_the_way_in(instrument: None) -> None:
    with request_observed() as trace:
        await ask_asgi("/hello-async/", ["AsyncOnly", "SyncOnly"])
    outer = trace.all("middleware")[0]
    crossing = trace.children(outer)[0]
    assert crossing.stage == "crossing"
    assert outer[attributes.IN] <= crossing.start_ns - outer.start_ns + 500_000
