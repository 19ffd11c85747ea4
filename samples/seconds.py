"""The query parameter `seconds` of the shop's scenarios: checked once, here, before a view sleeps on it."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from samples.duration import duration


def seconds_asked(request: HttpRequest, default: float = 1.0) -> float:
    """Return how long the request asks a view to take, in seconds from 0 to 30.

    Raises `BadRequest` with a sentence for the reader when the parameter is anything else.
    """
    try:
        return duration(request.GET.get("seconds"), default)
    except ValueError as error:
        raise BadRequest(str(error)) from error


def explain_bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, as `handler400`: with our own sentence, or for other errors with no more than the status."""
    reason = str(exception) if isinstance(exception, BadRequest) else "Bad request."
    return HttpResponseBadRequest(f"{reason}\n", content_type="text/plain; charset=utf-8")
