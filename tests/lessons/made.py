"""What the tests of the course share: a small lesson, and runs as they would have ended."""

from typing import Any

from dashboard.lessons.lesson import Firing, Lesson, Option, Prediction, Proof, Variation
from dashboard.runs.results import Ending, RequestResult, RunResult, ServerResult


def lesson(*, fire: tuple[Firing, ...] = (), prove: tuple[Proof, ...] = (), number: int = 99) -> Lesson:
    """A lesson with these firings and proofs, by default one of each, at uvicorn."""
    return Lesson(
        number=number,
        title="A lesson",
        chapter="Tests",
        questions=("Why?",),
        summary="Something is seen.",
        boxes=("client",),
        naming="The client asks.",
        predict=Prediction(
            kind="choice",
            question="When?",
            proof="last",
            options=(Option(text="soon", at_most=1), Option(text="late", at_least=1)),
        ),
        fire=fire or (Firing(name="one", servers=("uvicorn",), scenario="hello"),),
        prove=prove or (Proof(label="last", fire="one", server="uvicorn", figure="last", expected=1.0),),
        see="Look.",
        explain="It is so.",
        misconception="It is not.",
        vary=(Variation(text="Twice?", servers=("uvicorn",), scenario="hello", count=2),),
    )


def request(**seen: Any) -> RequestResult:
    """A request of which this was seen."""
    return RequestResult(trace_id="t", index=1, **seen)


def run(*, note: Ending = Ending.COMPLETE, **servers: dict[str, Any]) -> RunResult:
    """A finished run with these figures by server; a request that was answered comes with each."""
    answered = request(status=200, protocol="1.1", queue_s=0.1, chunks_s=(0.5, 1.0))
    results = {name: ServerResult(**{"requests": (answered,), **figures}) for name, figures in servers.items()}
    return RunResult(id="r", scenario="hello", count=1, concurrency=1, state="done", note=note, servers=results)
