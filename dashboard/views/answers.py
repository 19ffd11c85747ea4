"""How a view answers: HTML for the page, JSON for scripts, and one clear sentence when something is wrong."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

Context = Mapping[str, object]
"""What a template is rendered with."""


def wants_json(request: HttpRequest) -> bool:
    """Return whether to answer with JSON: htmx, and pages that prefer text/html, get HTML, everything else JSON."""
    if request.headers.get("HX-Request"):
        return False
    return request.get_preferred_type(["application/json", "text/html"]) != "text/html"


def answer(request: HttpRequest, template: str, context: Context, *, data: object, status: int = 200) -> HttpResponse:
    """Answer in the form that was asked for. `data` may consist of structs and dataclasses."""
    if wants_json(request):
        return JsonResponse(_as_json(data), safe=False, status=status)
    return render(request, template, dict(context), status=status)


def problem(request: HttpRequest, sentence: str, status: int, template: str = "_error.html") -> HttpResponse:
    """Answer with one sentence that says what was expected, what came and what to do."""
    response = answer(request, template, {"message": sentence}, data={"error": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _as_json(data: object) -> object:
    # Moments are left to Django's encoder; texts that are marked as safe are texts.
    return msgspec.to_builtins(data, builtin_types=(datetime,), enc_hook=str)
