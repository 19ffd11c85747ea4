"""One request is one record, however many probes and adapters stand between server and application."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.wsgi import WsgiToAsgi
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from probes.asgi import ASGIProbe
from probes.types import ASGIApp, Receive, Scope, Send
from probes.wsgi import WSGIProbe
from tests.probes import asgi_client, wsgi_client
from tests.probes.asgi_client import http
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")


def with_other_headers(app: ASGIApp) -> ASGIApp:
    async def middleware(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "path": "/other", "headers": [(b"x-more", b"1")]}, receive, send)

    return middleware


async def test_behind_an_adapter_from_asgi_to_wsgi_is_the_same_request(receiver: Receiver) -> None:
    app = ASGIProbe(WsgiToAsgi(WSGIProbe(wsgi_client.echo)))  # type: ignore[no-untyped-call]
    await asgi_client.serve(app, http(path="/a"), {"type": "http.request", "body": b""})
    assert receiver.one("server").attributes["gatescope.interface"] == "asgi"


async def test_behind_a_middleware_that_rewrites_the_scope_is_the_same_request(receiver: Receiver) -> None:
    await asgi_client.serve(ASGIProbe(with_other_headers(ASGIProbe(asgi_client.hello))), http())
    receiver.one("server")


def test_a_mounted_application_is_part_of_the_request_and_so_is_its_mount(receiver: Receiver) -> None:
    def copying(environ: Any, start_response: Any) -> Any:
        return WSGIProbe(wsgi_client.echo)({**environ, "wsgi.input": object()}, start_response)

    app = WSGIProbe(DispatcherMiddleware(wsgi_client.echo, {"/api": copying}))
    wsgi_client.serve(app, PATH_INFO="/api/x")
    assert receiver.one("server").attributes["url.path"] == "/api/x"
