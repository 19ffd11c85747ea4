"""The scenarios that Gatescope fires: one view each, short enough for a projector.

Where a sync and an async view stand together, what differs between them is the lesson.
"""

# Shown to a class as they stand here: at most 12 lines of 60 columns each.
# ruff: noqa: ASYNC251 - a view that blocks its event loop is what `wait_blocking` is for

import asyncio
import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from samples.seconds import seconds_asked
from samples.shop.models import Category, Product, Review


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Hello.\n")


def wait(request: HttpRequest) -> HttpResponse:
    seconds = seconds_asked(request)
    time.sleep(seconds)
    return HttpResponse(f"Waited {seconds:g} s.\n")


async def wait_async(request: HttpRequest) -> HttpResponse:
    seconds = seconds_asked(request)
    await asyncio.sleep(seconds)
    return HttpResponse(f"Waited {seconds:g} s.\n")


async def wait_blocking(request: HttpRequest) -> HttpResponse:
    seconds = seconds_asked(request)
    time.sleep(seconds)
    return HttpResponse(f"Waited {seconds:g} s.\n")


def cpu(request: HttpRequest) -> HttpResponse:
    seconds = seconds_asked(request)
    rounds = 0
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        rounds += 1
    return HttpResponse(f"Computed {seconds:g} s.\n")


def query(request: HttpRequest) -> HttpResponse:
    seconds = seconds_asked(request, default=0)
    offers = Product.objects.slowed(seconds)
    product = offers.get(slug="teapot")
    shelf = Category.objects.get(products=product)
    said = Review.objects.filter(product=product).count()
    return HttpResponse(f"{product} ({shelf}): {said} reviews.\n")


async def query_async(request: HttpRequest) -> HttpResponse:
    seconds = seconds_asked(request, default=0)
    offers = Product.objects.slowed(seconds)
    product = await offers.aget(slug="teapot")
    shelf = await Category.objects.aget(products=product)
    said = await Review.objects.filter(product=product).acount()
    return HttpResponse(f"{product} ({shelf}): {said} reviews.\n")


async def gather(request: HttpRequest) -> HttpResponse:
    waits = [asyncio.sleep(0.2) for _ in range(5)]
    await asyncio.gather(*waits)
    return HttpResponse("Five waits of 0.2 s at once.\n")


def template(request: HttpRequest) -> HttpResponse:
    products = Product.objects.rated()
    return render(request, "shop/products.html", {"products": products})


def error(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("This view fails on purpose.")
