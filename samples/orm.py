"""Five queries of 0.2 s at once, three ways: through the one thread that Django's ORM expects, through a thread each,
and by a driver that is asynchronous itself.

Django's own `aget()` and the like take the first way: `query_async` uses them.
"""

# Shown to a class exactly like this: at most 12 lines of 60 columns each.

import asyncio

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest as Request
from django.http import HttpResponse as Response

from samples.native import native_teapot
from samples.seconds import seconds_asked
from samples.shop.models import Product


def teapot(seconds: float) -> Product:
    products = Product.objects.slowed(seconds)
    try:
        return products.get(slug="teapot")
    finally:
        connection.close()  # each thread has its own


async def orm_sensitive(request: Request) -> Response:
    seconds = seconds_asked(request, default=0.2)
    ask = sync_to_async(teapot, thread_sensitive=True)
    calls = [ask(seconds) for _ in range(5)]
    await asyncio.gather(*calls)
    return Response("Five answers.\n")


async def orm_threads(request: Request) -> Response:
    seconds = seconds_asked(request, default=0.2)
    ask = sync_to_async(teapot, thread_sensitive=False)
    calls = [ask(seconds) for _ in range(5)]
    await asyncio.gather(*calls)
    return Response("Five answers.\n")


async def orm_native(request: Request) -> Response:
    seconds = seconds_asked(request, default=0.2)
    calls = [native_teapot(seconds) for _ in range(5)]
    await asyncio.gather(*calls)
    return Response("Five answers.\n")
