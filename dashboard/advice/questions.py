"""The questions of "Choosing a server", and a reader's answers: parsed once, from a query string."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from dashboard.lib.whole_number import WholeNumberError, whole_number

MOST_CORES = 64
PROJECT = "mysite"
"""The project's package if none is named."""
_PACKAGE = re.compile(r"[a-z_][a-z0-9_]{0,39}")


class AnswerError(ValueError):
    """An answer that its question does not allow; the message says which ones it does."""


@dataclass(frozen=True, slots=True)
class AnswerChoice:
    """One possible answer."""

    value: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its choices."""

    name: str
    title: str
    choices: tuple[AnswerChoice, ...]

    def check(self, value: str) -> str:
        """Return the value. Raise AnswerError if it is not one of the choices."""
        values = [choice.value for choice in self.choices]
        if value not in values:
            raise AnswerError(f"{self.name}={value[:40]!r}: expected {', '.join(values[:-1])} or {values[-1]}.")
        return value


QUESTIONS = (
    Question(
        "traffic",
        "How many requests are in progress at once at peak time?",
        (
            AnswerChoice("few", "Up to 10", "an internal tool, a small shop"),
            AnswerChoice("dozens", "Up to 100", "a busy site"),
            AnswerChoice("hundreds", "Up to 1,000", "a very busy site"),
            AnswerChoice("thousands", "More", "a platform"),
        ),
    ),
    Question(
        "work",
        "What does a request spend most of its time on?",
        (
            AnswerChoice("waiting", "Wait", "for the database, for other services"),
            AnswerChoice("mixed", "Both", "queries, then templates or JSON"),
            AnswerChoice("computing", "Compute", "images, reports, models"),
        ),
    ),
    Question(
        "live",
        "Does anything stay open?",
        (
            AnswerChoice("none", "No", "pages and short calls of an API"),
            AnswerChoice("streams", "Streams", "server-sent events, long answers"),
            AnswerChoice("websockets", "WebSockets", "chat, games; perhaps streams as well"),
        ),
    ),
    Question(
        "code",
        "How are views and libraries written?",
        (
            AnswerChoice("sync", "Sync", "the usual ORM, requests, most libraries"),
            AnswerChoice("mixed", "Both", "the busiest views are async def"),
            AnswerChoice("async", "Async", "views are async def and so is what they call"),
        ),
    ),
    Question(
        "middleware",
        "Is there sync middleware?",
        (
            AnswerChoice("async", "No", "all of it is async def, none of it old-style"),
            AnswerChoice("sync", "Yes, or unknown", "MiddlewareMixin counts, and Django's own has it"),
        ),
    ),
    Question(
        "hosting",
        "Where does it run?",
        (
            AnswerChoice("vm", "One machine", "systemd and nginx"),
            AnswerChoice("containers", "Containers", "Docker Compose or similar"),
            AnswerChoice("platform", "A managed platform", "behind its own proxy"),
        ),
    ),
)
BY_NAME = {question.name: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Answers:
    """A reader's answers about a project; each is a value of the question of its name."""

    traffic: str
    work: str
    live: str
    code: str
    middleware: str
    hosting: str
    cores: int
    project: str = PROJECT
    """The Python package that contains wsgi.py and asgi.py."""

    @classmethod
    def parse(cls, chosen: Mapping[str, str]) -> Self | None:
        """Return the answers, or None while one is missing. Raise AnswerError for one that is not allowed."""
        given = check_answers(chosen)
        if find_unanswered(given):
            return None
        return cls(
            **{name: given[name] for name in BY_NAME},
            cores=int(given["cores"]),
            project=given.get("project", PROJECT),
        )


def check_answers(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the answers given so far. Raise AnswerError for one that is not allowed."""
    given = {name: question.check(chosen[name]) for name, question in BY_NAME.items() if chosen.get(name)}
    if cores := chosen.get("cores", "").strip():
        given["cores"] = _cores(cores)
    if project := chosen.get("project", "").strip():
        given["project"] = _project(project)
    return given


def find_unanswered(given: Mapping[str, str]) -> list[str]:
    """Return the names of the questions that are not answered yet."""
    return [name for name in (*BY_NAME, "cores") if name not in given]


def _cores(text: str) -> str:
    try:
        return str(whole_number(text, most=MOST_CORES))
    except WholeNumberError as error:
        raise AnswerError(f"cores={error}") from error


def _project(text: str) -> str:
    if not _PACKAGE.fullmatch(text):
        raise AnswerError(
            f"project={text[:40]!r}: expected the name of a Python package, such as {PROJECT}: lower-case letters, "
            "digits and underscores."
        )
    return text
