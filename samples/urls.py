"""The URLs of the shop, and of the scenarios that Gatescope fires at it: each view has one, named after it."""

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType

from django.http.response import HttpResponseBase
from django.urls import URLPattern, include, path

from samples import orm, scenarios, streams

handler400 = "samples.seconds.explain_bad_request"


def paths_of(module: ModuleType) -> Iterator[URLPattern]:
    """Yield the path of each view in a module: `wait_async` answers at `/wait-async/`."""
    for name, function in inspect.getmembers(module, inspect.isfunction):
        if is_view(function) and function.__module__ == module.__name__:
            slug = name.replace("_", "-")
            yield path(f"{slug}/", function, name=slug)


def is_view(function: Callable[..., HttpResponseBase]) -> bool:
    """Return whether a function takes a request and nothing else."""
    return list(inspect.signature(function).parameters) == ["request"]


urlpatterns = [
    path("", include("samples.shop.urls")),
    *paths_of(scenarios),
    *paths_of(orm),
    *paths_of(streams),
]
