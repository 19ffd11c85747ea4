"""The stage `resolve` knows the route, and so does the server's stage."""

from __future__ import annotations

import io

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings

from tests.probes.django.in_process import SITE, ask_wsgi, collect, request_observed


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/hello/", "/hello/"),
        ("/numbers/7/", "/numbers/<int:number>/"),
        ("/regex/2026/", "^regex/(?P<year>[0-9]{4})/$"),
    ],
)
def test_route_is_on_resolve_and_on_server(instrument: None, path: str, route: str) -> None:
    with request_observed() as trace:
        ask_wsgi(path)
    assert trace.one("resolve")["http.route"] == route
    assert trace.one("server")["http.route"] == route


@pytest.mark.parametrize(
    ("path", "route"), [("/hello/", "/shop/hello/"), ("/regex/2026/", "/shop/^regex/(?P<year>[0-9]{4})/$")]
)
@pytest.mark.parametrize(("environ", "forced"), [({"SCRIPT_NAME": "/shop"}, None), ({}, "/shop")])
@override_settings(ROOT_URLCONF=SITE, MIDDLEWARE=[], ALLOWED_HOSTS=["localhost"])
def test_a_prefix_is_part_of_the_route_whoever_sets_it(
    instrument: None, environ: dict[str, str], forced: str | None, path: str, route: str
) -> None:
    trace = collect()
    asked = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80", **environ}
    with override_settings(FORCE_SCRIPT_NAME=forced):
        WSGIHandler()({**asked, "wsgi.input": io.BytesIO()}, lambda *_: print).close()
    server = trace.one("server")
    assert (server["http.route"], server.name) == (route, f"GET {route}")


def test_unknown_address_fails_in_resolve_and_has_no_route(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/nowhere/").status_code == 404
    assert trace.one("resolve").failed
    assert "http.route" not in trace.one("server").attributes
