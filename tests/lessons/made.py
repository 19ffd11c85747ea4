"""What the tests of the lessons share: a small lesson, and runs and attempts as they would have ended."""

from collections.abc import Iterable
from typing import Any

from dashboard.lessons.lesson import (
    Firing,
    Lesson,
    Notes,
    Option,
    Prediction,
    Proof,
    Question,
    Reply,
    Variation,
)
from dashboard.lessons.results import AttemptResult, FigureResult
from dashboard.lessons.verdict import allowed_deviation
from dashboard.runs.results import Ending, RequestResult, RunResult, ServerResult
from dashboard.runs.surroundings import Surroundings


def lesson(*, fire: tuple[Firing, ...] = (), prove: tuple[Proof, ...] = (), number: int = 99) -> Lesson:
    """A lesson with these firings and proofs, by default one of each, at uvicorn."""
    return Lesson(
        number=number,
        title="A lesson",
        chapter="Tests",
        questions=("Why?",),
        summary="Something is seen.",
        moral="Something is learnt.",
        boxes=("client",),
        naming="The client asks.",
        predict=Prediction(
            kind="choice",
            question="When?",
            proof="last",
            options=(Option(text="soon", at_most=1), Option(text="late", at_least=1.5, answer="It is quick.")),
        ),
        fire=fire or (Firing(name="one", servers=("uvicorn",), scenario="hello"),),
        prove=prove or (Proof(label="last", fire="one", server="uvicorn", figure="last", expected=1.0),),
        see="Look.",
        explain="It is so.",
        misconception="It is not.",
        vary=(
            Variation(
                text="Twice?",
                servers=("uvicorn",),
                scenario="hello",
                count=2,
                label="last of two",
                figure="last",
                expected=1.0,
                most=3.0,
                answer="As before.",
            ),
        ),
        notes=Notes(predict="Ask.", see="Point."),
        ask=(Question(question="Why?", replies=(Reply(text="So", right=True), Reply(text="Not so", answer="No."))),),
    )


def request(**seen: Any) -> RequestResult:
    """A request of which this was seen."""
    return RequestResult(trace_id="t", index=1, **seen)


def run(*, note: Ending = Ending.COMPLETE, **servers: dict[str, Any]) -> RunResult:
    """A finished run with these figures by server; a request that was answered comes with each."""
    answered = request(status=200, protocol="1.1", queue_s=0.1, chunks_s=(0.5, 1.0))
    results = {name: ServerResult(**{"requests": (answered,), **figures}) for name, figures in servers.items()}
    return RunResult(id="r", scenario="hello", count=1, concurrency=1, state="done", note=note, servers=results)


def surroundings(**known: Any) -> Surroundings:
    """A quiet machine, unless something else is known of it."""
    quiet: dict[str, Any] = {
        "at": "2026-11-25T20:00:00+00:00",
        "cores": 2,
        "load": 0.1,
        "python": "3.11.2",
        "system": "Linux",
        "versions": {},
        "remote": False,
        "servers": {},
    }
    return Surroundings(**quiet | known)


def figure(proof: Proof, **known: Any) -> FigureResult:
    """The figure of a proof that measured what was expected, unless something else is known of it."""
    as_expected: dict[str, Any] = {
        "key": proof.key,
        "label": proof.label,
        "figure": proof.figure,
        "server": proof.server,
        "unit": "s",
        "bound": proof.bound,
        "expected": proof.expected,
        "allowed": allowed_deviation(proof),
        "measured": proof.expected,
        "values": (proof.expected,),
        "holds": True,
    }
    return FigureResult(**as_expected | known)


def attempt(of: Lesson, figures: Iterable[FigureResult] = (), **known: Any) -> AttemptResult:
    """An attempt at a lesson that was carried out to its end."""
    found = tuple(figures)
    done: dict[str, Any] = {
        "id": "b" * 16,
        "lesson": of.number,
        "title": of.title,
        "state": "done",
        "repeat": 1,
        "round": 1,
        "firing": "",
        "servers": (),
        "under_way": (),
        "error": "",
        "holds": all(one.holds for one in found),
        "expected": {},
        "measured": {},
        "spread": {},
        "runs": (),
        "figures": found,
        "reasons": (),
        "surroundings": surroundings(),
    }
    return AttemptResult(**done | known)
