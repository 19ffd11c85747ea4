"""Views in every form that projects write them in: decorated, bound, generic, of REST framework and of ninja."""

# mypy: disable-error-code="import-untyped,untyped-decorator,misc"

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView
from ninja import NinjaAPI, Router
from rest_framework.decorators import action, api_view
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet, ViewSet

if TYPE_CHECKING:
    from collections.abc import Callable


def bare(view: Callable[..., Any]) -> Callable[..., Any]:
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return view(request, *args, **kwargs)

    return inner


def polite(view: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return view(request, *args, **kwargs)

    return inner


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


def bare_async(view: Callable[..., Any]) -> Callable[..., Any]:
    async def inner(request: HttpRequest) -> Any:
        return await view(request)

    return inner


async def plain_async(request: HttpRequest) -> HttpResponse:
    return HttpResponse("plain")


class Page(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("page")


@method_decorator(never_cache, name="dispatch")
class Decorated(TemplateView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse("decorated")


class Answerer:
    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("called")


class Desk:
    def answer(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("desk")


class Counter(Desk):
    """Inherits its view."""


@api_view(["GET", "POST"])
def prices(request: Any) -> Response:
    return Response([1])


class Shelf(APIView):
    def get(self, request: Any) -> Response:
        return Response([1])


class Orders(ViewSet):
    def list(self, request: Any) -> Response:
        return Response(["order"])

    def create(self, request: Any) -> Response:
        return Response(["made"])

    def retrieve(self, request: Any, pk: str) -> Response:
        return Response([pk])

    @action(detail=False)
    def newest(self, request: Any) -> Response:
        return Response(["newest"])


class Inherited(ModelViewSet):
    def get_queryset(self) -> Any:
        return []

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response([])


api = NinjaAPI()
shop = Router()


@api.get("/users")
def list_users(request: HttpRequest) -> list[str]:
    return ["a"]


@api.post("/users")
def add_user(request: HttpRequest) -> list[str]:
    return ["b"]


@shop.get("/stock")
async def stock(request: HttpRequest) -> list[str]:
    return ["s"]


@shop.post("/stock")
def fill(request: HttpRequest) -> list[str]:
    return ["f"]


api.add_router("/shop", shop)

router = DefaultRouter()
router.register("orders", Orders, basename="orders")
router.register("inherited", Inherited, basename="inherited")

urlpatterns = [
    path("plain/", plain),
    path("bare/", bare(plain)),
    path("bare-twice/", bare(bare(plain))),
    path("polite/", login_not_required(polite(plain))),
    path("partial/", functools.partial(bare(plain))),
    path("bare-async/", bare_async(plain_async)),
    path("page/", Page.as_view()),
    path("bare-page/", bare(Page.as_view())),
    path("partial-page/", functools.partial(polite(Page.as_view()))),
    path("decorated/", Decorated.as_view()),
    path("called/", Answerer()),
    path("desk/", Desk().answer),
    path("counter/", Counter().answer),
    path("prices/", prices),
    path("bare-prices/", bare(prices)),
    path("shelf/", Shelf.as_view()),
    path("api/", include(router.urls)),
    path("ninja/", api.urls),
]
