"""Choosing a server: a few questions, and the advice that follows. Every answer is part of the address."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypedDict

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from dashboard.advice.advice import Advice, advise
from dashboard.advice.evidence import Evidence, gather_evidence, list_services
from dashboard.advice.questions import (
    PROJECT,
    QUESTIONS,
    AnswerError,
    Answers,
    Question,
    check_answers,
    find_unanswered,
)
from dashboard.fleet.table import SERVERS
from dashboard.lessons.headline import Headline, make_headline
from dashboard.lessons.loader import find_lesson
from dashboard.lessons.models import Measurement
from dashboard.lessons.storage import newest_measurements
from dashboard.lib.offer import Offer
from dashboard.services import hub
from dashboard.traces.span import Span
from dashboard.views.answers import answer

FLEET = frozenset(entry.name for entry in SERVERS)
LONGEST_SERVICE = 100


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice of a question as the form shows it."""

    value: str
    title: str
    about: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the form shows it."""

    name: str
    title: str
    choices: Sequence[ShownChoice]


@dataclass(frozen=True, kw_only=True)
class AdvicePage:
    """The context of `pages/advice.html`."""

    message: str
    """What is wrong with an answer; "" when nothing is."""
    questions: Sequence[ShownQuestion]
    cores: str
    project: str
    service: str
    """Whose traces fill in the answers; "" for none."""
    services: Offer[str]
    kept: Mapping[str, str]
    """Answers that traces cannot give."""
    begun: bool
    """Whether there is any answer."""
    missing: int
    """How many questions are still open."""
    evidence: Evidence | None
    advice: Advice | None
    support: Sequence[Headline]
    """The lessons that show why, with what they measured here."""
    link: str
    """The answers as a query."""


class EvidenceJson(TypedDict):
    """What the traces of a service tell, for scripts."""

    sentences: list[str]
    answers: dict[str, str]


class AdviceJson(TypedDict):
    """Everything that the page shows, for scripts."""

    answers: Mapping[str, str]
    missing: list[str]
    questions: Sequence[Question]
    services: Sequence[str]
    other_services: int
    """Services beyond those."""
    evidence: EvidenceJson | None
    advice: object
    """The interface of the plan, and every field of `Advice`; None while a question is open."""


@require_safe
async def page(request: HttpRequest) -> HttpResponse:
    """GET /choose?traffic=…&work=…: the questions, and the advice once all are answered.

    With `service`, the traces that are kept of that service answer what they can.
    """
    # Spans arrive on this loop, so they are copied here; looking through them may take a while.
    spans = list(hub.store.snapshot())
    measured = await sync_to_async(newest_measurements)()
    return await sync_to_async(_page, thread_sensitive=False)(request, spans, measured)


def _page(request: HttpRequest, spans: list[Span], measured: Mapping[int, Measurement]) -> HttpResponse:
    asked = {name: value for name, value in request.GET.items() if isinstance(value, str)}
    service = asked.get("service", "")
    evidence = gather_evidence(spans, service) if service else None
    try:
        given, advice, message = check_answers(asked), _advise(asked), ""
    except AnswerError as error:
        given, advice, message = {}, None, str(error)
    shown = {**(evidence.answers() if evidence else {}), **given}
    services = list_services(spans, FLEET)
    context = AdvicePage(
        message=message,
        questions=[_show(question, shown.get(question.name)) for question in QUESTIONS],
        cores=shown.get("cores", ""),
        project=shown.get("project", PROJECT),
        service=service[:LONGEST_SERVICE],
        services=services,
        kept={name: value for name, value in given.items() if name in {"hosting", "cores", "project"}},
        begun=bool(given or service),
        missing=len(find_unanswered(shown)),
        evidence=evidence,
        advice=advice,
        support=_find_support(advice, measured) if advice else [],
        link=urlencode(given),
    )
    data = {"error": message} if message else _as_json(given, evidence, advice, services)
    return answer(request, "pages/advice.html", context, data=data, status=400 if message else 200)


def _advise(asked: Mapping[str, str]) -> Advice | None:
    answers = Answers.parse(asked)
    return advise(answers) if answers else None


def _find_support(advice: Advice, measured: Mapping[int, Measurement]) -> list[Headline]:
    """Return the lessons that show why, with what they measured here."""
    found = filter(None, (find_lesson(str(number)) for number in advice.lessons))
    return [make_headline(lesson, measured.get(lesson.number)) for lesson in found]


def _show(question: Question, chosen: str | None) -> ShownQuestion:
    choices = [ShownChoice(one.value, one.title, one.about, one.value == chosen) for one in question.choices]
    return ShownQuestion(question.name, question.title, choices)


def _as_json(
    given: Mapping[str, str], evidence: Evidence | None, advice: Advice | None, services: Offer[str]
) -> AdviceJson:
    return {
        "answers": given,
        "missing": find_unanswered(given),
        "questions": QUESTIONS,
        "services": services.first,
        "other_services": services.others,
        "evidence": {"sentences": list(evidence.sentences()), "answers": evidence.answers()} if evidence else None,
        "advice": {"interface": advice.plan.interface, **asdict(advice)} if advice else None,
    }
