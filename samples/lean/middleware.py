"""One middleware in the plainest shape of Django's documentation: a function that calls the next, so it is sync."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

Handler = Callable[[HttpRequest], HttpResponseBase]


def private(get_response: Handler) -> Handler:
    """Ask caches to keep nothing. While `get_response` runs, the thread of this function waits."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Cache-Control"] = "private"
        return response

    return middleware
