"""The stage `handler` stands around everything Django does with a request."""

from __future__ import annotations

from probes import attributes
from tests.probes.django.in_process import ask_asgi, ask_wsgi, request_observed


def test_handler_is_named_after_djangos_class(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello/")
    assert trace.one("handler").name == "WSGIHandler"
    assert trace.ancestors(trace.one("view")) == ["handler", "server"]


async def test_async_handler_says_when_it_ran(instrument: None) -> None:
    with request_observed() as trace:
        await ask_asgi("/hello-async/")
    handler = trace.one("handler")
    assert handler.name == "ASGIHandler"
    assert len(handler[attributes.SLICES]) >= 4  # ran, gave the loop back once, ran again


def test_nothing_is_made_outside_an_observed_request(instrument: None) -> None:
    assert ask_wsgi("/hello/").content == b"hello"
