"""Firing over HTTP: takes an order by names and numbers, answers with a run."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from dashboard.recordings.models import Recording
from dashboard.recordings.recorded_stage import fire_again_url
from dashboard.runs.models import Run
from dashboard.runs.orders import CLASS_MEMBER, FIELDS, PRESENTER, OrderError, parse_order
from dashboard.runs.prepare import (
    IncompatibleOrderError,
    ServerNotUpError,
    Start,
    ensure_servers_up,
    ensure_uninstrumented_up,
    known_servers,
)
from dashboard.runs.results import RunResult
from dashboard.services import access, exclusive, fleet, runner
from dashboard.views.answers import answer, problem
from dashboard.views.recordings import gone


@require_POST
async def create(request: HttpRequest) -> HttpResponse:
    """POST /runs: 201 and the run; 400 for an order that cannot be read, 409 if a server is not up.

    A member of the class gets 409 while something is measured, too.
    """
    visitor = access.visitor(request)
    quota = PRESENTER if visitor.is_presenter else CLASS_MEMBER
    fields = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        order = parse_order(request.POST.getlist("server"), fields, known_servers(fleet), quota)
        start = Start.ON_DEMAND if quota.starts_servers else Start.NONE
        targets = await ensure_servers_up(fleet, order, start)
        uninstrumented = await ensure_uninstrumented_up(fleet, order, runner.compared_servers())
    except (OrderError, IncompatibleOrderError) as error:
        return problem(request, str(error), 400)
    except ServerNotUpError as error:
        return problem(request, str(error), 409)
    # Asked last: while servers were waited for, somebody may have begun.
    if not visitor.is_presenter and (sentence := exclusive.measuring()):
        return problem(request, sentence, 409)
    try:
        run = runner.start(order, targets, uninstrumented, owner=visitor.id, within_s=quota.run_s)
    except OrderError as error:
        return problem(request, str(error), 429)
    response = _answer(request, "stage/_run_change.html", runner.describe(run), status=201)
    response["Location"] = f"/runs/{run.id}"
    return response


@require_safe
async def detail(request: HttpRequest, run_id: str) -> HttpResponse:
    """GET /runs/ID: what was measured so far, or in the end."""
    if result := runner.look(run_id):
        return _answer(request, "pages/run.html", result)
    recording = await Recording.objects.filter(pk=run_id).defer("film", "text").afirst()
    if recording and recording.gone:
        return gone(request, recording)
    kept = await Run.objects.filter(pk=run_id).afirst()
    if kept is None:
        return problem(request, f"There is no run {run_id[:40]!r}: it was never fired here.", 404, "pages/404.html")
    result = kept.result()
    return _answer(request, "pages/run.html", result, recording=recording, fire_again=fire_again_url(result))


@require_POST
async def stop(request: HttpRequest, run_id: str) -> HttpResponse:
    """POST /runs/ID/stop: end a run now and break off its requests. 404 if it is not in progress.

    A member of the class ends their own.
    """
    owner = runner.owner_of(run_id)
    if owner is not None:
        access.require_owner(request, owner)
    result = await runner.stop(run_id)
    if result is None:
        return problem(request, f"No run {run_id[:40]!r} is in progress: it has already ended.", 404)
    # The page hears of it through its socket: the button that asked is gone before its answer comes.
    return _answer(request, "stage/_run.html", result)


def _answer(request: HttpRequest, template: str, run: RunResult, status: int = 200, **context: Any) -> HttpResponse:
    return answer(request, template, {"run": run, **context}, data=msgspec.to_builtins(run), status=status)
