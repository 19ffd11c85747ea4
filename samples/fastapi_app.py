"""The scenarios in FastAPI: `def` runs in a pool of 40 threads, `async def` on the event loop.

Watched with `probes.asgi` alone, as any ASGI application can be.
"""

# ruff: noqa: ASYNC251 - a function that blocks its event loop is what `wait_blocking` is for

import asyncio
import time
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import PlainTextResponse

from probes.asgi import ASGIProbe
from samples.duration import duration

app = FastAPI(default_response_class=PlainTextResponse, openapi_url=None)


async def seconds_asked(seconds: str = "1") -> float:
    """Return how long the request asks an endpoint to take: a dependency, resolved before each endpoint is called."""
    try:
        return duration(seconds)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error


Seconds = Annotated[float, Depends(seconds_asked)]


@app.get("/hello/")
def hello() -> str:
    return "Hello.\n"


@app.get("/wait/")
def wait(seconds: Seconds) -> str:
    time.sleep(seconds)
    return f"Waited {seconds:g} s.\n"


@app.get("/wait-async/")
async def wait_async(seconds: Seconds) -> str:
    await asyncio.sleep(seconds)
    return f"Waited {seconds:g} s.\n"


@app.get("/wait-blocking/")
async def wait_blocking(seconds: Seconds) -> str:
    time.sleep(seconds)
    return f"Waited {seconds:g} s.\n"


@app.get("/cpu/")
def cpu(seconds: Seconds) -> str:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
    return f"Computed {seconds:g} s.\n"


@app.get("/error/")
def error() -> str:
    raise RuntimeError("This endpoint fails on purpose.")


application = ASGIProbe(app)
