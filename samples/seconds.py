"""The query parameter `seconds` of the scenarios: checked once, here, before a view sleeps on it."""

import math

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

LONGEST_S = 30.0


def seconds_asked(request: HttpRequest, default: float = 1.0) -> float:
    """Return how long the request asks a view to take, in seconds from 0 to 30.

    Raises `BadRequest` with a sentence for the reader when the parameter is anything else.
    """
    given = request.GET.get("seconds")
    if given is None:
        return default
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_S:  # also false for "nan"
        raise BadRequest(f"seconds must be a number from 0 to {LONGEST_S:g}, not {given[:40]!r}.")
    return seconds


def explain_bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`: pass our own sentence on; say no more than the status about other errors."""
    reason = str(exception) if isinstance(exception, BadRequest) else "Bad request."
    return HttpResponseBadRequest(f"{reason}\n", content_type="text/plain; charset=utf-8")
