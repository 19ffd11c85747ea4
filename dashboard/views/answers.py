"""How a view answers: HTML for the page, JSON for scripts, and one clear sentence when something is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from dashboard.lib.template_context import DataclassInstance, template_context

Context: TypeAlias = Mapping[str, object]
"""A template's variables by name; a dataclass with these fields is preferred."""


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """The context of every page and fragment that says nothing but what is wrong."""

    message: str


def wants_json(request: HttpRequest) -> bool:
    """Return whether to answer with JSON: htmx, and pages that prefer text/html, get HTML, everything else JSON."""
    if request.headers.get("HX-Request"):
        return False
    return request.get_preferred_type(["application/json", "text/html"]) != "text/html"


def answer(
    request: HttpRequest, template: str, context: DataclassInstance | Context, *, data: object, status: int = 200
) -> HttpResponse:
    """Answer in the form that was asked for. `data` may consist of structs and dataclasses."""
    if wants_json(request):
        return JsonResponse(_as_json(data), safe=False, status=status)
    return render_page(request, template, context, status=status)


def render_page(
    request: HttpRequest, template: str, context: DataclassInstance | Context, *, status: int = 200
) -> HttpResponse:
    """Render a template."""
    variables = context if isinstance(context, Mapping) else template_context(context)
    return render(request, template, dict(variables), status=status)


def problem(request: HttpRequest, sentence: str, status: int, template: str = "_error.html") -> HttpResponse:
    """Answer with one sentence that says what was expected, what came and what to do."""
    response = answer(request, template, ProblemPage(sentence), data={"error": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _as_json(data: object) -> object:
    # Moments are left to Django's encoder; texts that are marked as safe are texts.
    return msgspec.to_builtins(data, builtin_types=(datetime,), enc_hook=str)
