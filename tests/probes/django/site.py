"""A little site of awkward views and middlewares, for tests inside this process."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.db import connection
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.template import engines
from django.template.response import TemplateResponse
from django.urls import path, re_path
from django.views import View
from django.views.decorators.csrf import csrf_exempt

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

asked = Signal()


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


async def hello_async(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("hello")


@csrf_exempt
def exempt(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.method}")


class Numbers(View):
    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return HttpResponse(number)


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("broken on purpose")


async def broken_async(request: HttpRequest) -> HttpResponse:
    raise ValueError("broken on purpose")


def broken_template(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string("{{ request.broken }}").render({"request": Broken()}))


class Broken:
    @property
    def broken(self) -> str:
        raise ValueError("broken on purpose")


def broken_query(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT broken on purpose")
    return HttpResponse()


def broken_signal(request: HttpRequest) -> HttpResponse:
    failing = Signal()
    failing.connect(broken_receiver)
    failing.send(sender=None)
    return HttpResponse()


def broken_receiver(**_named: object) -> None:
    raise ValueError("broken on purpose")


def broken_bridge(request: HttpRequest) -> HttpResponse:
    async def fail() -> HttpResponse:
        raise ValueError("broken on purpose")

    return async_to_sync(fail)()


async def broken_bridge_async(request: HttpRequest) -> HttpResponse:
    try:
        return await sync_to_async(broken)(request)
    except ValueError as error:
        raise LookupError from error


def stream(request: HttpRequest) -> StreamingHttpResponse:
    def parts() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    return StreamingHttpResponse(parts())


async def stream_async(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        yield b"one "
        yield b"two"

    return StreamingHttpResponse(parts())


def templated(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string("{{ 1 }} page").render({}, request))


def template_response(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, engines["django"].from_string("later"))


def own_bridge(request: HttpRequest) -> HttpResponse:
    return HttpResponse(async_to_sync(_ask_loop)())


async def own_bridge_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse(await sync_to_async(_ask_thread)())


def signalling(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(len(asked.send(sender=None))))


async def _ask_loop() -> str:
    await asyncio.sleep(0)
    return "from the loop"


def _ask_thread() -> str:
    return "from the thread"


partial_view = functools.partial(hello)

urlpatterns = [
    path("hello/", hello),
    path("hello-async/", hello_async),
    path("exempt/", exempt),
    path("numbers/<int:number>/", Numbers.as_view()),
    re_path(r"^regex/(?P<year>[0-9]{4})/$", lambda request, year: HttpResponse(year)),
    path("broken/", broken),
    path("broken-async/", broken_async),
    path("broken-template/", broken_template),
    path("broken-query/", broken_query),
    path("broken-signal/", broken_signal),
    path("broken-bridge/", broken_bridge),
    path("broken-bridge-async/", broken_bridge_async),
    path("stream/", stream),
    path("stream-async/", stream_async),
    path("templated/", templated),
    path("template-response/", template_response),
    path("own-bridge/", own_bridge),
    path("own-bridge-async/", own_bridge_async),
    path("signalling/", signalling),
    path("partial/", partial_view),
]


class SyncOnly:
    """A middleware from before async."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)


class Unmarked:
    """A middleware that cannot be sync, and whose instances do not say so."""

    sync_capable = False
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    async def __call__(self, request: HttpRequest) -> Any:
        return await self.get_response(request)


class AsyncOnly(Unmarked):
    """The same as Django's documentation wants it."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        markcoroutinefunction(self)


class Doorman(SyncOnly):
    """Answers by itself; nobody gets further."""

    def __call__(self, request: HttpRequest) -> Any:
        return HttpResponse("closed", status=403)


class Stubborn(SyncOnly):
    """Asks the next layer twice."""

    def __call__(self, request: HttpRequest) -> Any:
        self.get_response(request)
        return self.get_response(request)


class Clumsy(SyncOnly):
    """Fails before it gets to the next layer."""

    def __call__(self, request: HttpRequest) -> Any:
        raise ValueError("clumsy on purpose")


def function_middleware(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    assert not iscoroutinefunction(get_response)

    def middleware(request: HttpRequest) -> Any:
        return get_response(request)

    return middleware


class Csrf(CsrfViewMiddleware):
    """Django's own, under a name of this module."""
