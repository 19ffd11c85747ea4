"""The questions of "Which should I choose?", and a reader's answers: parsed once, from a query string."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from dashboard.lib.whole_number import WholeNumberError, whole_number

MOST_CORES = 64
PROJECT = "mysite"
"""The project's package when none is named."""
_PACKAGE = re.compile(r"[a-z_][a-z0-9_]{0,39}")


class AnswerError(ValueError):
    """An answer that no question allows; the message says which are allowed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be chosen."""

    value: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its choices."""

    name: str
    title: str
    choices: tuple[Choice, ...]

    def taken(self, value: str) -> str:
        """The value, if it is one of the choices. Raises AnswerError."""
        values = [choice.value for choice in self.choices]
        if value not in values:
            raise AnswerError(f"{self.name}={value[:40]!r}: expected {', '.join(values[:-1])} or {values[-1]}.")
        return value


QUESTIONS = (
    Question(
        "traffic",
        "How many requests are inside at once when most is going on?",
        (
            Choice("few", "Up to 10", "an internal tool, a small shop"),
            Choice("dozens", "Up to 100", "a busy site"),
            Choice("hundreds", "Up to 1,000", "a very busy site"),
            Choice("thousands", "More", "a platform"),
        ),
    ),
    Question(
        "work",
        "What does a request do most of its time?",
        (
            Choice("waiting", "Wait", "for the database, for other services"),
            Choice("mixed", "Both", "queries, then templates or JSON"),
            Choice("computing", "Compute", "images, reports, models"),
        ),
    ),
    Question(
        "live",
        "Does anything stay open?",
        (
            Choice("none", "No", "pages and short calls of an API"),
            Choice("streams", "Streams", "server-sent events, long answers"),
            Choice("websockets", "WebSockets", "chat, games; perhaps streams as well"),
        ),
    ),
    Question(
        "code",
        "How are views and libraries written?",
        (
            Choice("sync", "Sync", "the ORM as usual, requests, most libraries"),
            Choice("mixed", "Both", "the busiest views are async def"),
            Choice("async", "Async", "views are async def and so is what they call"),
        ),
    ),
    Question(
        "middleware",
        "Is there sync middleware?",
        (
            Choice("async", "No", "all of it is async def, nothing is of the old shape"),
            Choice("sync", "Yes, or unknown", "MiddlewareMixin counts, and Django's own has it"),
        ),
    ),
    Question(
        "hosting",
        "Where does it run?",
        (
            Choice("vm", "One machine", "systemd and nginx"),
            Choice("containers", "Containers", "Docker Compose or the like"),
            Choice("platform", "A managed platform", "behind its own proxy"),
        ),
    ),
)
BY_NAME = {question.name: question for question in QUESTIONS}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a reader said of a project; each is a value of the question of its name."""

    traffic: str
    work: str
    live: str
    code: str
    middleware: str
    hosting: str
    cores: int
    project: str = PROJECT
    """The Python package with wsgi.py and asgi.py, in which the configuration is written."""

    @classmethod
    def parsed(cls, chosen: Mapping[str, str]) -> Self | None:
        """The answers, or None while one is missing. Raises AnswerError for what no question allows."""
        taken = known(chosen)
        if missing(taken):
            return None
        return cls(
            **{name: taken[name] for name in BY_NAME},
            cores=int(taken["cores"]),
            project=taken.get("project", PROJECT),
        )


def known(chosen: Mapping[str, str]) -> dict[str, str]:
    """What has been answered so far, checked. Raises AnswerError."""
    taken = {name: question.taken(chosen[name]) for name, question in BY_NAME.items() if chosen.get(name)}
    if cores := chosen.get("cores", "").strip():
        taken["cores"] = _cores(cores)
    if project := chosen.get("project", "").strip():
        taken["project"] = _project(project)
    return taken


def missing(taken: Mapping[str, str]) -> list[str]:
    """The names of the questions that are not answered yet."""
    return [name for name in (*BY_NAME, "cores") if name not in taken]


def _cores(text: str) -> str:
    try:
        return str(whole_number(text, most=MOST_CORES))
    except WholeNumberError as error:
        raise AnswerError(f"cores={error}") from error


def _project(text: str) -> str:
    if not _PACKAGE.fullmatch(text):
        raise AnswerError(
            f"project={text[:40]!r}: expected the name of a Python package, such as {PROJECT}: small letters, digits "
            "and underscores."
        )
    return text
