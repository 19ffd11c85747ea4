"""How a view answers: HTML for the page, JSON for scripts, and one clear sentence when something is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from dashboard.lib.template_context import DataclassInstance, template_context

Context: TypeAlias = DataclassInstance | Mapping[str, object]
"""What a template is rendered with, by name."""


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """The context of every page and fragment that says nothing but what is wrong."""

    message: str


def wants_json(request: HttpRequest) -> bool:
    """Return whether to answer with JSON: to everything but htmx and pages that name text/html before JSON."""
    if request.headers.get("HX-Request"):
        return False
    return request.get_preferred_type(["application/json", "text/html"]) != "text/html"


def answer(
    request: HttpRequest, template: str, context: Context, *, data: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """Return `data` as JSON or the rendered template, whichever was asked for."""
    if wants_json(request):
        return JsonResponse(data, status=status)
    return render_page(request, template, context, status=status)


def render_page(request: HttpRequest, template: str, context: Context, *, status: int = 200) -> HttpResponse:
    """Render a template with the context's fields as its variables."""
    variables = context if isinstance(context, Mapping) else template_context(context)
    return render(request, template, variables, status=status)


def problem(request: HttpRequest, sentence: str, status: int, template: str = "_error.html") -> HttpResponse:
    """Return one sentence that says what was expected, what came and what to do."""
    response = answer(request, template, ProblemPage(sentence), data={"error": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    return response
