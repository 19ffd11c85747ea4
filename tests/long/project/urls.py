"""The pages of the project, none of which may look different when it is observed."""

import asyncio
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


async def hello_async(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0.01)
    return HttpResponse("hello")


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method} {request.get_full_path()}\n".encode() + request.body)


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        for number in range(3):
            yield b"piece %d\n" % number

    return StreamingHttpResponse(pieces())


def elsewhere(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/hello/")


def broken(request: HttpRequest) -> HttpResponse:
    raise LookupError("broken on purpose")


urlpatterns = [
    path("hello/", hello),
    path("hello-async/", hello_async),
    path("echo/", echo),
    path("stream/", stream),
    path("elsewhere/", elsewhere),
    path("broken/", broken),
]
