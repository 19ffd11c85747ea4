"""The route of a request has the path at which its application is mounted in it."""

from __future__ import annotations

from typing import Any

import pytest
from a2wsgi import WSGIMiddleware
from asgiref.wsgi import WsgiToAsgi
from fastapi import FastAPI
from flask import Flask
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from probes.asgi import ASGIProbe
from probes.wsgi import WSGIProbe
from tests.probes import asgi_client, wsgi_client
from tests.probes.asgi_client import http
from tests.probes.receiver import Receiver

pytestmark = pytest.mark.usefixtures("instrument")


def mounted() -> FastAPI:
    api, sub = FastAPI(), FastAPI()

    @sub.get("/items/{n}")
    async def item(n: int) -> dict[str, int]:
        return {"n": n}

    async def page(request: Any) -> PlainTextResponse:
        return PlainTextResponse("page")

    api.mount("/sub-app", sub)
    api.mount("/star", Starlette(routes=[Mount("/deep", routes=[Route("/page/{name}", page)])]))
    return api


@pytest.mark.parametrize(
    ("path", "root_path", "route"),
    [
        ("/sub-app/items/5", "", "/sub-app/items/{n}"),
        ("/star/deep/page/x", "", "/star/deep/page/{name}"),
        ("/shop/sub-app/items/5", "/shop", "/shop/sub-app/items/{n}"),
    ],
)
async def test_an_asgi_application_below_a_mount(path: str, root_path: str, route: str, receiver: Receiver) -> None:
    await asgi_client.serve(ASGIProbe(mounted()), http(path=path, root_path=root_path))
    server = receiver.one("server")
    assert (server.attributes["http.route"], server.name) == (route, f"GET {route}")


@pytest.mark.parametrize("script_name", ["", "/shop"])
def test_a_flask_application_below_a_dispatcher(script_name: str, receiver: Receiver) -> None:
    flask = Flask("mounted")
    flask.add_url_rule("/users/<int:n>", view_func=str, endpoint="user")
    app = WSGIProbe(DispatcherMiddleware(wsgi_client.echo, {"/api": flask.wsgi_app}))
    headers = {"SERVER_NAME": "testserver", "SERVER_PORT": "80"}
    wsgi_client.serve(app, PATH_INFO="/api/users/5", SCRIPT_NAME=script_name, **headers)
    route = f"{script_name}/api/users/<int:n>"
    server = receiver.one("server")
    assert (server.attributes["http.route"], server.name) == (route, f"GET {route}")


async def foreign(scope: Any, receive: Any, send: Any) -> None:
    """An application of no framework that we know, as FastAPI mounts it."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x"})


@pytest.mark.parametrize("framework", [FastAPI, Starlette])
@pytest.mark.parametrize("root_path", ["", "/shop"])
async def test_of_a_mounted_foreign_application_the_mount_is_the_route(
    framework: Any, root_path: str, receiver: Receiver
) -> None:
    app = framework()
    app.mount("/foreign", foreign)
    await asgi_client.serve(ASGIProbe(app), http(path=f"{root_path}/foreign/anything/5", root_path=root_path))
    assert receiver.one("server").name == f"GET {root_path}/foreign"


@pytest.mark.parametrize("framework", [FastAPI, Starlette])
async def test_a_route_that_nothing_names_is_no_route(framework: Any, receiver: Receiver) -> None:
    await asgi_client.serve(ASGIProbe(framework()), http(path="/shop/nowhere", root_path="/shop"))
    server = receiver.one("server")
    assert "http.route" not in server.attributes
    assert server.name == "GET"


@pytest.mark.parametrize("adapt", [WsgiToAsgi, WSGIMiddleware])
async def test_an_application_behind_an_adapter_below_a_mount_is_one_request(adapt: Any, receiver: Receiver) -> None:
    app = FastAPI()
    app.mount("/old", adapt(WSGIProbe(wsgi_client.echo)))
    messages = ({"type": "http.request", "body": b"", "more_body": False},)
    await asgi_client.serve(ASGIProbe(app), http(path="/old/users/5"), *messages)
    server = receiver.one("server")
    assert server.attributes["gatescope.interface"] == "asgi"
    assert server.name == "GET /old"
