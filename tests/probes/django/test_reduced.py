"""A request beyond the budget passes every patch and leaves only its `server` stage."""

from __future__ import annotations

import pytest

from tests.probes.django.in_process import ask_asgi, ask_wsgi, request_observed

PATHS = ["/hello/", "/hello-async/", "/templated/", "/own-bridge/", "/template-response/"]


@pytest.mark.parametrize("path", PATHS)
async def test_reduced_request_under_asgi_keeps_its_route_and_nothing_else(instrument: None, path: str) -> None:
    with request_observed(reduced=True) as trace:
        assert (await ask_asgi(path, ["AsyncOnly", "SyncOnly"])).status_code == 200
    assert [span.stage for span in trace.spans] == ["server"]
    assert trace.one("server")["http.route"] == path


@pytest.mark.parametrize("path", PATHS)
def test_reduced_request_under_wsgi_keeps_its_route_and_nothing_else(instrument: None, path: str) -> None:
    with request_observed(reduced=True) as trace:
        assert ask_wsgi(path, ["SyncOnly"]).status_code == 200
    assert [span.stage for span in trace.spans] == ["server"]
    assert trace.one("server")["http.route"] == path
