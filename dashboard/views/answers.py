"""How a view answers: HTML for the page, JSON for scripts, and one clear sentence when something is wrong."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def wants_json(request: HttpRequest) -> bool:
    """Scripts get JSON: htmx and pages that name text/html before JSON get HTML, everything else JSON."""
    if request.headers.get("HX-Request"):
        return False
    return request.get_preferred_type(["application/json", "text/html"]) != "text/html"


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, data: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The same answer in the form that was asked for."""
    if wants_json(request):
        return JsonResponse(data, status=status)
    return render(request, template, context, status=status)


def problem(request: HttpRequest, sentence: str, status: int, template: str = "_error.html") -> HttpResponse:
    """One sentence that says what was expected, what came and what to do."""
    response = answer(request, template, {"message": sentence}, data={"error": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    return response
