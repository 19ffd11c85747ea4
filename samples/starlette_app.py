"""The scenarios in Starlette, the toolkit under FastAPI: routes, endpoints, and no Django.

Watched with `probes.asgi` alone, as any ASGI application can be.
"""

# ruff: noqa: ASYNC251 - an endpoint that blocks its event loop is what `wait_blocking` is for

import asyncio
import time

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse as Response
from starlette.routing import Route

from probes.asgi import ASGIProbe
from samples.duration import duration


def seconds_asked(request: Request) -> float:
    """Return how long the request asks an endpoint to take; answer 400 when that cannot be."""
    try:
        return duration(request.query_params.get("seconds"))
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


def hello(_request: Request) -> Response:
    return Response("Hello.\n")


def wait(request: Request) -> Response:
    seconds = seconds_asked(request)
    time.sleep(seconds)
    return Response(f"Waited {seconds:g} s.\n")


async def wait_async(request: Request) -> Response:
    seconds = seconds_asked(request)
    await asyncio.sleep(seconds)
    return Response(f"Waited {seconds:g} s.\n")


async def wait_blocking(request: Request) -> Response:
    seconds = seconds_asked(request)
    time.sleep(seconds)
    return Response(f"Waited {seconds:g} s.\n")


def cpu(request: Request) -> Response:
    seconds = seconds_asked(request)
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return Response(f"Computed {seconds:g} s.\n")


def error(_request: Request) -> Response:
    raise RuntimeError("This endpoint fails on purpose.")


app = Starlette(
    routes=[
        Route("/hello/", hello),
        Route("/wait/", wait),
        Route("/wait-async/", wait_async),
        Route("/wait-blocking/", wait_blocking),
        Route("/cpu/", cpu),
        Route("/error/", error),
    ]
)
application = ASGIProbe(app)
