"""The stage `resolve` knows the route, and so does the server's stage."""

from __future__ import annotations

import pytest

from tests.probes.django.in_process import ask_wsgi, request_observed


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


def test_unknown_address_fails_in_resolve_and_has_no_route(instrument: None) -> None:
    with request_observed() as trace:
        assert ask_wsgi("/nowhere/").status_code == 404
    assert trace.one("resolve").failed
    assert "http.route" not in trace.one("server").attributes
