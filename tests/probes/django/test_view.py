"""The stage `view` shows the project's function and its code, and changes nothing about it."""

from __future__ import annotations

import inspect

import pytest

from probes import attributes
from probes import attributes as common
from tests.probes.django import site
from tests.probes.django.in_process import ask_asgi, ask_wsgi, request_observed


def test_view_is_named_and_shows_its_code(instrument: None) -> None:
    with request_observed() as trace:
        ask_wsgi("/hello/")
    view = trace.one("view")
    assert view.name == "hello"
    assert view[attributes.FUNCTION] == "tests.probes.django.site.hello"
    assert view[attributes.CODE] == inspect.getsource(site.hello).rstrip()
    assert view[attributes.CODE_LINE] == inspect.getsourcelines(site.hello)[1]
    assert view[attributes.CODE_FILE] == "tests/probes/django/site.py"
    assert view[attributes.MODE] == "sync"
    assert view[common.ROUTE] == "/hello/"


async def test_async_view_says_when_it_ran(instrument: None) -> None:
    with request_observed() as trace:
        await ask_asgi("/hello-async/")
    view = trace.one("view")
    assert view[attributes.MODE] == "async"
    assert len(view[common.SLICES]) == 4


def test_class_based_view_shows_its_class(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/numbers/7/").content == b"7"
    assert trace.one("view").name == "Numbers"
    assert "class Numbers(View):" in trace.one("view")[attributes.CODE]


@pytest.mark.parametrize("path", ["/partial/", "/exempt/", "/regex/2026/"])
def test_unusual_views_are_shown_too(instrument: None, path: str) -> None:
    with request_observed() as trace:
        assert ask_wsgi(path).status_code == 200
    assert trace.one("view")[attributes.FUNCTION].startswith("tests.probes.django.site.")


def test_exempt_view_stays_exempt_from_csrf(instrument: None) -> None:
    with request_observed():
        answer = ask_wsgi("/exempt/", ["Csrf"], REQUEST_METHOD="POST")
        refused = ask_wsgi("/hello/", ["Csrf"], REQUEST_METHOD="POST")
    assert (answer.status_code, answer.content) == (200, b"POST")
    assert refused.status_code == 403


def test_error_of_a_view_is_on_its_stage(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/broken/").status_code == 500
    view = trace.one("view")
    assert view.failed
    assert view[common.ERROR_TYPE] == "ValueError"
