"""The scenarios that take their time on the wire or at work: streams, an upload, ten steps.

Each sync view is followed by its async twin: the difference between them is the lesson.
"""

# Shown to a class exactly like this: at most 12 lines of 60 columns each.

import asyncio
import time
from collections.abc import AsyncIterator as AsyncChunks
from collections.abc import Iterator as Chunks

from django.http import HttpRequest as Request
from django.http import HttpResponse as Response
from django.http import StreamingHttpResponse as Streaming
from django.views.decorators.csrf import csrf_exempt

from samples.seconds import seconds_asked
from samples.shop.models import Product


def stream(request: Request) -> Streaming:
    pause = seconds_asked(request, default=2) / 5

    def chunks() -> Chunks[str]:
        for number in range(1, 6):
            yield f"Chunk {number}.\n"
            time.sleep(pause)

    return Streaming(chunks())


async def stream_async(request: Request) -> Streaming:
    pause = seconds_asked(request, default=2) / 5

    async def chunks() -> AsyncChunks[str]:
        for number in range(1, 6):
            yield f"Chunk {number}.\n"
            await asyncio.sleep(pause)

    return Streaming(chunks())


async def notifications(request: Request) -> Streaming:
    pause = seconds_asked(request, default=2) / 5

    async def events() -> AsyncChunks[str]:
        for number in range(1, 6):
            yield f"id: {number}\ndata: Order {number}\n\n"
            await asyncio.sleep(pause)

    kind = "text/event-stream"
    return Streaming(events(), content_type=kind)


@csrf_exempt
def upload(request: Request) -> Response:
    size = len(request.body)
    return Response(f"Received {size} bytes.\n")


def work(request: Request) -> Response:
    pause = seconds_asked(request, default=2) / 10
    for _ in range(10):
        time.sleep(pause)
        count = Product.objects.count()
    return Response(f"Ten steps, {count} products.\n")


async def work_async(request: Request) -> Response:
    pause = seconds_asked(request, default=2) / 10
    for _ in range(10):
        await asyncio.sleep(pause)
        count = await Product.objects.acount()
    return Response(f"Ten steps, {count} products.\n")
