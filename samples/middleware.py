"""The shop's own two middlewares: the old shape and the new one, side by side as in real projects."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from django.utils.deprecation import MiddlewareMixin

SYMBOLS = {"EUR": "€", "GBP": "£"}


class NotForSearchEngines(MiddlewareMixin):
    """Old shape: under ASGI, Django runs `process_response` in a thread for each request."""

    def process_response(self, _request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Ask search engines to stay away from a lesson's shop."""
        response["X-Robots-Tag"] = "noindex"
        return response


@sync_and_async_middleware
def currency(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Note the visitor's currency. New shape: sync or async like `get_response`, so without a thread."""
    if iscoroutinefunction(get_response):

        async def middleware(request: HttpRequest) -> HttpResponseBase:
            request.META["shop.currency"] = chosen_symbol(request)
            response: HttpResponseBase = await get_response(request)
            return response

    else:

        def middleware(request: HttpRequest) -> HttpResponseBase:  # type: ignore[misc]
            request.META["shop.currency"] = chosen_symbol(request)
            response: HttpResponseBase = get_response(request)
            return response

    return middleware


def chosen_symbol(request: HttpRequest) -> str:
    """Return the sign of the currency that the visitor's cookie names; by default the euro's."""
    return SYMBOLS.get(request.COOKIES.get("currency", ""), "€")
