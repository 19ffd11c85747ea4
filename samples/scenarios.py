"""The scenarios that Gatescope fires: one view each, short enough for a projector.

Where a sync view is followed by its async twin, the difference between them is the lesson.
"""

# Shown to a class exactly like this: at most 12 lines of 60 columns each.
# ruff: noqa: ASYNC251 - a view that blocks its event loop is what `wait_blocking` is for

import asyncio
import time

from django.http import HttpRequest as Request
from django.http import HttpResponse as Response
from django.shortcuts import render

from samples.seconds import seconds_asked
from samples.shop.models import Category, Product, Review
from samples.upstream_client import UpstreamError, upstream


def hello(request: Request) -> Response:
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
    rounds = 0
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        rounds += 1
    return Response(f"Computed {seconds:g} s.\n")


async def cpu_async(request: Request) -> Response:
    seconds = seconds_asked(request)
    rounds = 0
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        rounds += 1
    return Response(f"Computed {seconds:g} s.\n")


def query(request: Request) -> Response:
    seconds = seconds_asked(request, default=0)
    products = Product.objects.slowed(seconds)
    product = products.get(slug="teapot")
    shelf = Category.objects.get(products=product)
    reviews = Review.objects.filter(product=product)
    count = reviews.count()
    text = f"{product} ({shelf}): {count} reviews.\n"
    return Response(text)


async def query_async(request: Request) -> Response:
    seconds = seconds_asked(request, default=0)
    products = Product.objects.slowed(seconds)
    product = await products.aget(slug="teapot")
    shelf = await Category.objects.aget(products=product)
    reviews = Review.objects.filter(product=product)
    count = await reviews.acount()
    text = f"{product} ({shelf}): {count} reviews.\n"
    return Response(text)


async def gather(request: Request) -> Response:
    seconds = seconds_asked(request, default=0.2)
    products = Product.objects.slowed(seconds)
    calls = [upstream(seconds) for _ in range(4)]
    try:
        teapot = products.aget(slug="teapot")
        await asyncio.gather(*calls, teapot)
    except UpstreamError as problem:
        return Response(f"{problem}\n", status=502)
    return Response("Five answers at once.\n")


async def sequence(request: Request) -> Response:
    seconds = seconds_asked(request, default=0.2)
    products = Product.objects.slowed(seconds)
    try:
        for _ in range(4):
            await upstream(seconds)
        await products.aget(slug="teapot")
    except UpstreamError as problem:
        return Response(f"{problem}\n", status=502)
    return Response("Five answers, one by one.\n")


def template(request: Request) -> Response:
    shown = {"products": Product.objects.rated()}
    return render(request, "shop/products.html", shown)


def error(request: Request) -> Response:
    raise RuntimeError("This view fails on purpose.")
