"""Two recordings, or two servers of one, on one clock: the page, its figures for scripts, and the film of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dashboard.diff.diff import Diff, DiffRow, Side, StepCost, diff_sides
from dashboard.diff.sides import ChosenSide, SideError, SideRef, label_sides, merge_sides, take_side
from dashboard.lib.offer import Offer
from dashboard.lib.text import abridge
from dashboard.recordings.catalogue import Search, find
from dashboard.recordings.film import ServerFactsJson
from dashboard.recordings.models import Recording
from dashboard.recordings.storage import load_film
from dashboard.views.answers import answer, problem, wants_json

MOST_OFFERED = 50
"""How many recordings are offered for either side, the newest first."""


class AbsentError(SideError):
    """A side's recording does not exist."""


@dataclass(frozen=True, kw_only=True)
class DiffPage:
    """The context of `diff/diff.html`, which is a stage with two rows."""

    a: str
    b: str
    """The sides as they are asked for."""
    options: Offer[tuple[str, str]]
    """(side as it is asked for, label) for the two choosers."""
    comparison: Diff
    widest_s: float
    """The length of the longest bar."""
    servers: Sequence[ServerFactsJson]
    rows: Sequence[tuple[int, str]]
    """(place, server) of the rows on the stage."""
    film_url: str
    recorded: bool = True


@dataclass(frozen=True, kw_only=True)
class EmptyDiffPage:
    """The context of `diff/empty.html`, which offers what there is to choose from."""

    a: str
    b: str
    options: Offer[tuple[str, str]]
    message: str
    """Why the two cannot be compared; "" for somebody who has only just begun."""


class SideJson(TypedDict):
    """One side, for scripts. Times in seconds."""

    side: str
    label: str
    requests: int
    first_s: float
    last_s: float


class StepCostJson(TypedDict):
    """What a step cost one side, for scripts."""

    mean_s: float
    count: float


class StepJson(TypedDict):
    """One step on both sides, for scripts."""

    stage: str
    name: str
    a: StepCostJson
    b: StepCostJson
    difference_s: float


class DiffJson(TypedDict):
    """The comparison, for scripts."""

    sides: dict[str, SideJson]
    slower: str
    sentence: str
    steps: list[StepJson]


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
        a, b = _load_sides(request)
        diff = diff_sides(a.side, b.side)
        servers = merge_sides(a, b)["servers"]
    except (SideError, ValueError) as error:
        return _offer(request, error)
    refs = {"a": str(a.ref), "b": str(b.ref)}
    context = DiffPage(
        a=refs["a"],
        b=refs["b"],
        options=_options(),
        comparison=diff,
        widest_s=max((row.widest_s for row in diff.rows), default=0.0),
        servers=servers,
        rows=[(place, server["name"]) for place, server in enumerate(servers, 1)],
        film_url=f"{reverse('recordings-compare-film')}?{urlencode(refs)}",
    )
    return answer(request, "diff/diff.html", context, data=_as_json(diff, refs))


def _offer(request: HttpRequest, error: ValueError) -> HttpResponse:
    """Answer with what there is to choose from and why the two cannot be compared, unless one is still missing."""
    begins = not request.GET.get("b") and not isinstance(error, AbsentError)
    options = _options()
    context = EmptyDiffPage(
        a=request.GET.get("a", ""),
        b=request.GET.get("b", "") or next((side for side, _ in options.first[1:2]), ""),
        options=options,
        message="" if begins else str(error),
    )
    status = 200 if begins and not wants_json(request) else 404 if isinstance(error, AbsentError) else 400
    return answer(request, "diff/empty.html", context, data={"error": str(error)}, status=status)


def _film(request: HttpRequest) -> HttpResponse:
    try:
        return JsonResponse(merge_sides(*_load_sides(request)))
    except SideError as error:
        return problem(request, str(error), 404 if isinstance(error, AbsentError) else 400)


def _load_sides(request: HttpRequest) -> tuple[ChosenSide, ChosenSide]:
    a = SideRef.parse(request.GET.get("a", ""))
    b = SideRef.parse(request.GET.get("b", "") or a.recording)
    first = _load_side(a)
    # With one recording and no second server named, the second side is another server of it.
    is_alone = a.recording == b.recording and not b.server
    return label_sides(first, _load_side(b, besides=first.ref.server if is_alone else ""))


def _load_side(ref: SideRef, besides: str = "") -> ChosenSide:
    recording = Recording.objects.filter(pk=ref.recording, gone="").first()
    if recording is None:
        raise AbsentError(
            f"There is no recording {abridge(ref.recording)}: it was deleted, or never existed. Choose another one."
        )
    return take_side(ref, recording.title, load_film(recording), besides)


def _options() -> Offer[tuple[str, str]]:
    found = find(Search())
    sides = [
        (f"{one.pk}:{name}", f"{name} · {one.title} · {one.started_at:%-d %b %H:%M:%S}")
        for one in found[:MOST_OFFERED]
        for name in one.names
    ]
    return Offer(sides, max(0, found.count() - MOST_OFFERED))


def _as_json(diff: Diff, refs: Mapping[str, str]) -> DiffJson:
    return {
        "sides": {"a": _side_json(diff.a, refs["a"]), "b": _side_json(diff.b, refs["b"])},
        "slower": diff.slower,
        "sentence": diff.sentence,
        "steps": [_step_json(row) for row in diff.rows],
    }


def _side_json(side: Side, ref: str) -> SideJson:
    return {
        "side": ref,
        "label": side.label,
        "requests": len(side.clients),
        "first_s": side.first_s,
        "last_s": side.last_s,
    }


def _step_json(row: DiffRow) -> StepJson:
    return {
        "stage": row.stage,
        "name": row.name,
        "a": _cost_json(row.a),
        "b": _cost_json(row.b),
        "difference_s": row.difference_s,
    }


def _cost_json(cost: StepCost) -> StepCostJson:
    return {"mean_s": cost.mean_s, "count": cost.count}
