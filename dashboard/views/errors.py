"""Answers for requests that are refused, lead nowhere or fail: the same sentence as a page and as JSON."""

from django.core.exceptions import DisallowedHost, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse

from dashboard.views.answers import problem

CSRF_SENTENCE = (
    "This request changes something, so it must carry the page's CSRF token: reload the page and try again. "
    "A script fetches / first and sends its csrftoken cookie back as the X-CSRFToken header."
)

PAGES = {400: "pages/403.html"}
"""The pages of statuses that have none of their own."""


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403: the token is missing, expired or from another origin."""
    return _answer(request, f"{CSRF_SENTENCE} ({reason.rstrip('.')}.)" if reason else CSRF_SENTENCE, 403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400: the request is for another host, or its form cannot be read."""
    match exception:
        case DisallowedHost():
            sentence = (
                "This dashboard does not answer to that name: use the address that it printed when it started, or "
                "add the name to ALLOWED_HOSTS and restart it."
            )
        case TooManyFieldsSent() | TooManyFilesSent():
            sentence = "The form has too many fields: send only those of the page."
        case _:
            sentence = "This request cannot be read: send the form's fields in UTF-8, as the page does."
    return _answer(request, sentence, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403: only the presenter may do this."""
    return _answer(request, str(exception) or "This is not allowed here.", 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404: no page has this address."""
    return _answer(request, f"There is nothing at {request.path}: the stage is at /.", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500: the dashboard itself failed."""
    sentence = "The dashboard failed on this request: see its log in the terminal. Everything else keeps running."
    return _answer(request, sentence, 500)


def _answer(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    whole_page = not request.headers.get("HX-Request")
    template = PAGES.get(status, f"pages/{status}.html") if whole_page else "_error.html"
    return problem(request, sentence, status, template)
