"""The scenarios in Flask: a WSGI application, whose `async def` views each get an event loop of their own.

Watched with `probes.wsgi` alone, as any WSGI application can be.
"""

# ruff: noqa: ASYNC251 - a view that blocks its event loop is what `wait_blocking` is for

import asyncio
import time

from flask import Flask, Response, request

from probes.wsgi import WSGIProbe
from samples.duration import duration

app = Flask(__name__)


def seconds_asked() -> float:
    """Return how long the request asks a view to take, in seconds. Raises ValueError, which is answered with 400."""
    return duration(request.args.get("seconds"))


@app.errorhandler(ValueError)
def explain(error: ValueError) -> Response:
    return Response(f"{error}\n", 400, mimetype="text/plain")


@app.get("/hello/")
def hello() -> Response:
    return Response("Hello.\n", mimetype="text/plain")


@app.get("/wait/")
def wait() -> Response:
    seconds = seconds_asked()
    time.sleep(seconds)
    return Response(f"Waited {seconds:g} s.\n", mimetype="text/plain")


@app.get("/wait-async/")
async def wait_async() -> Response:
    seconds = seconds_asked()
    await asyncio.sleep(seconds)
    return Response(f"Waited {seconds:g} s.\n", mimetype="text/plain")


@app.get("/wait-blocking/")
async def wait_blocking() -> Response:
    seconds = seconds_asked()
    time.sleep(seconds)
    return Response(f"Waited {seconds:g} s.\n", mimetype="text/plain")


@app.get("/cpu/")
def cpu() -> Response:
    seconds = seconds_asked()
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return Response(f"Computed {seconds:g} s.\n", mimetype="text/plain")


@app.get("/error/")
def error() -> Response:
    raise RuntimeError("This view fails on purpose.")


application = WSGIProbe(app)
