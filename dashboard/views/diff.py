"""Two recordings, or two servers of one, on one clock: the page, its figures for scripts, and the film of both."""

from collections.abc import Mapping
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dashboard.diff.diff import Comparison, compare
from dashboard.diff.sides import Choice, Chosen, SideError, chosen, labelled, together
from dashboard.recordings import storage
from dashboard.recordings.catalogue import Search, found
from dashboard.recordings.models import Recording
from dashboard.views.answers import answer, problem, wants_json

OFFERED = 50
"""The newest so many recordings are offered for either side."""


class AbsentError(SideError):
    """A side's recording is not here."""


@require_safe
async def page(request: HttpRequest) -> HttpResponse:
    """GET /recordings/compare?a=RECORDING[:SERVER]&b=…: both on one clock, and where the difference lies.

    With one side, or none, the page offers what there is to choose from.
    """
    return await sync_to_async(_page)(request)


@require_safe
async def film(request: HttpRequest) -> HttpResponse:
    """GET /recordings/compare/film: both sides as one film, whose servers are called "a" and "b"."""
    return await sync_to_async(_film)(request)


def _page(request: HttpRequest) -> HttpResponse:
    try:
        a, b = _sides(request)
        comparison = compare(a.side, b.side)
        servers = together(a, b)["servers"]
    except (SideError, ValueError) as error:
        return _unfit(request, error)
    asked = {"a": a.choice.written, "b": b.choice.written}
    context = _stage(servers, asked) | {
        **asked,
        "options": _options(),
        "comparison": comparison,
        "widest_s": max((row.widest_s for row in comparison.rows), default=0.0),
    }
    return answer(request, "diff/diff.html", context, data=_as_json(comparison, asked))


def _unfit(request: HttpRequest, error: ValueError) -> HttpResponse:
    """What there is to choose from, and why the two cannot be compared; nobody who only begins is scolded."""
    begins = not request.GET.get("b") and not isinstance(error, AbsentError)
    options = _options()
    context = {
        "options": options,
        "a": request.GET.get("a", ""),
        "b": request.GET.get("b", "") or next((side for side, _ in options[1:2]), ""),
        "message": "" if begins else str(error),
    }
    status = 200 if begins and not wants_json(request) else 404 if isinstance(error, AbsentError) else 400
    return answer(request, "diff/empty.html", context, data={"error": str(error)}, status=status)


def _film(request: HttpRequest) -> HttpResponse:
    try:
        return JsonResponse(together(*_sides(request)))
    except SideError as error:
        return problem(request, str(error), 404 if isinstance(error, AbsentError) else 400)


def _sides(request: HttpRequest) -> tuple[Chosen, Chosen]:
    a = Choice.parsed(request.GET.get("a", ""))
    b = Choice.parsed(request.GET.get("b", "") or a.recording)
    first = _taken(a)
    # One recording and no second server named: another one of it.
    alone = a.recording == b.recording and not b.server
    return labelled(first, _taken(b, besides=first.choice.server if alone else ""))


def _taken(choice: Choice, besides: str = "") -> Chosen:
    recording = Recording.objects.filter(pk=choice.recording, gone="").first()
    if recording is None:
        raise AbsentError(
            f"There is no recording {choice.recording[:40]!r}: it was deleted, or never was here. Choose another."
        )
    return chosen(choice, recording.title, storage.film(recording), besides)


def _stage(servers: list[dict[str, str]], asked: Mapping[str, str]) -> dict[str, Any]:
    """What the partials of the stage are rendered with."""
    return {
        "recorded": True,
        "servers": servers,
        "rows": [(place, server["name"]) for place, server in enumerate(servers, 1)],
        "film_url": f"{reverse('recordings-compare-film')}?{urlencode(asked)}",
    }


def _options() -> list[tuple[str, str]]:
    """(side as it is written, what it is called) for the two choosers."""
    return [
        (f"{one.pk}:{name}", f"{name} · {one.title} · {one.started_at:%-d %b %H:%M:%S}")
        for one in found(Search())[:OFFERED]
        for name in one.names
    ]


def _as_json(comparison: Comparison, asked: Mapping[str, str]) -> dict[str, Any]:
    sides = {"a": comparison.a, "b": comparison.b}
    return {
        "sides": {
            name: {
                "side": asked[name],
                "label": side.label,
                "requests": len(side.clients),
                "first_s": side.first_s,
                "last_s": side.last_s,
            }
            for name, side in sides.items()
        },
        "slower": comparison.slower,
        "sentence": comparison.sentence,
        "steps": [
            {
                "stage": row.stage,
                "name": row.name,
                "a": {"mean_s": row.a.mean_s, "count": row.a.count},
                "b": {"mean_s": row.b.mean_s, "count": row.b.count},
                "difference_s": row.difference_s,
            }
            for row in comparison.rows
        ],
    }
