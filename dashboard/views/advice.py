"""Which should I choose: a few questions, and the advice that follows. Every answer stands in the address."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dashboard.advice.advice import Advice, advise
from dashboard.advice.evidence import Evidence, evidence, services
from dashboard.advice.questions import PROJECT, QUESTIONS, AnswerError, Answers, known, missing
from dashboard.fleet.table import SERVERS
from dashboard.lessons.headline import Headline, make_headline
from dashboard.lessons.loader import find_lesson
from dashboard.lessons.models import Measurement
from dashboard.lessons.storage import newest_measurements
from dashboard.live.hub import hub
from dashboard.traces.span import Span
from dashboard.views.answers import answer

FLEET = frozenset(entry.name for entry in SERVERS)


@require_safe
async def page(request: HttpRequest) -> HttpResponse:
    """GET /choose?traffic=…&work=…: the questions, and the advice once all are answered.

    With `service` the traces that are kept of that service answer what they can.
    """
    # Spans arrive on this loop, so they are taken here; looking through them may take a while.
    spans = list(hub.store.snapshot())
    measured = await sync_to_async(newest_measurements)()
    return await sync_to_async(_page, thread_sensitive=False)(request, spans, measured)


def _page(request: HttpRequest, spans: list[Span], measured: Mapping[int, Measurement]) -> HttpResponse:
    asked = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    service = asked.get("service", "")
    found = evidence(spans, service) if service else None
    try:
        taken, advice, message = known(asked), _advice(asked), ""
    except AnswerError as error:
        taken, advice, message = {}, None, str(error)
    shown = {**(found.answers() if found else {}), **taken}
    names = services(spans, FLEET)
    context = {
        "message": message,
        "questions": [_question(question.name, shown) for question in QUESTIONS],
        "cores": shown.get("cores", ""),
        "project": shown.get("project", PROJECT),
        "service": service[:100],
        "services": names,
        "kept": {name: value for name, value in taken.items() if name in {"hosting", "cores", "project"}},
        "begun": bool(taken or service),
        "missing": len(missing(shown)),
        "evidence": found,
        "advice": advice,
        "support": _support(advice, measured) if advice else [],
        "link": urlencode(taken),
    }
    data = {"error": message} if message else _as_json(taken, found, advice, names)
    return answer(request, "pages/advice.html", context, data=data, status=400 if message else 200)


def _advice(asked: Mapping[str, str]) -> Advice | None:
    answers = Answers.parsed(asked)
    return advise(answers) if answers else None


def _support(advice: Advice, measured: Mapping[int, Measurement]) -> list[Headline]:
    """The lessons that show why, with what they measured here."""
    found = filter(None, (find_lesson(str(number)) for number in advice.lessons))
    return [make_headline(lesson, measured.get(lesson.number)) for lesson in found]


def _question(name: str, shown: Mapping[str, str]) -> dict[str, Any]:
    """A question with the choice that is made."""
    question = next(one for one in QUESTIONS if one.name == name)
    choices = [
        {"value": one.value, "title": one.title, "about": one.about, "chosen": shown.get(name) == one.value}
        for one in question.choices
    ]
    return {"name": name, "title": question.title, "choices": choices}


def _as_json(
    taken: Mapping[str, str], found: Evidence | None, advice: Advice | None, names: list[str]
) -> dict[str, Any]:
    return {
        "answers": dict(taken),
        "missing": missing(taken),
        "questions": [{**asdict(one), "choices": [asdict(choice) for choice in one.choices]} for one in QUESTIONS],
        "services": names,
        "evidence": {"sentences": list(found.sentences()), "answers": found.answers()} if found else None,
        "advice": {"interface": advice.plan.interface, **asdict(advice)} if advice else None,
    }
