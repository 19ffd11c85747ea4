"""Checks what the types of a lesson cannot express: that its names are known and its parts fit together.

Every check raises WrongFieldError with the field, what was expected and what came.
"""

import ast
import math
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

from dashboard.fleet.entry import OBSERVED
from dashboard.fleet.table import SERVERS
from dashboard.lessons.lesson import (
    Code,
    Firing,
    Lesson,
    Option,
    Prediction,
    Proof,
    Question,
    Request,
    Variation,
)
from dashboard.lessons.variation import FIRING, MOST_VARIATIONS, predict_variation, prove_variation
from dashboard.lib.installation import ROOT
from dashboard.lib.toml_file import Table, WrongFieldError
from dashboard.runs.metrics import METRICS, UNINSTRUMENTED
from dashboard.runs.orders import PRESENTER, PROTOCOLS, OrderError, parse_order

TARGETS = tuple(entry.name for entry in SERVERS if entry.interface in OBSERVED)
BOXES = ("client", "nginx", "queue", "worker", "middleware", "view", "database")
"""The places on the stage; under ASGI a worker is an event loop."""
MOST_BOXES = 7
LEAST_OPTIONS = 2
LEAST_QUESTIONS, MOST_QUESTIONS = 2, 3
LEAST_NOTES = 2


def check_lesson(lesson: Lesson) -> None:
    """Raise WrongFieldError for the first field that is wrong."""
    _check_filled(lesson)
    if lesson.number < 0:
        raise WrongFieldError("number", "0 or above", lesson.number)
    if len(lesson.boxes) > MOST_BOXES:
        raise WrongFieldError("boxes", f"at most {MOST_BOXES}", len(lesson.boxes))
    for position, box in enumerate(lesson.boxes):
        _expect_one_of(f"boxes[{position}]", box, BOXES)
    _check_firings(lesson.fire)
    _check_film(lesson)
    for position, proof in enumerate(lesson.prove):
        _check_proof(f"prove[{position}]", proof, lesson.fire)
    _expect_distinct("prove", [proof.label for proof in lesson.prove])
    _expect_distinct("prove", [proof.key for proof in lesson.prove])
    _check_prediction("predict", lesson.predict, {proof.label: proof for proof in lesson.prove})
    _check_afterwards(lesson)
    for position, code in enumerate(lesson.code):
        _check_code(f"code[{position}]", code)


def _check_afterwards(lesson: Lesson) -> None:
    if len(lesson.vary) > MOST_VARIATIONS:
        raise WrongFieldError("vary", f"at most {MOST_VARIATIONS}", len(lesson.vary))
    for position, variation in enumerate(lesson.vary):
        _check_variation(f"vary[{position}]", variation)
    if not LEAST_QUESTIONS <= len(lesson.ask) <= MOST_QUESTIONS:
        raise WrongFieldError("ask", f"{LEAST_QUESTIONS} or {MOST_QUESTIONS} questions", len(lesson.ask))
    for position, question in enumerate(lesson.ask):
        _check_question(f"ask[{position}]", question)
    if sum(bool(getattr(lesson.notes, step).strip()) for step in lesson.notes.__struct_fields__) < LEAST_NOTES:
        raise WrongFieldError("notes", f"at least {LEAST_NOTES} for the lecturer", lesson.notes)


def _check_filled(lesson: Lesson) -> None:
    for field in ("title", "chapter", "summary", "moral", "naming", "see", "explain", "misconception"):
        _expect_text(field, getattr(lesson, field))
    for field in ("questions", "boxes", "fire", "prove", "vary"):
        if not getattr(lesson, field):
            raise WrongFieldError(field, "at least one", [])


def _check_firings(firings: tuple[Firing, ...]) -> None:
    names: list[str] = []
    for position, firing in enumerate(firings):
        field = f"fire[{position}]"
        if firing.beside:
            _expect_one_of(f"{field}.beside", firing.beside, names)
        elif firing.after_s:
            raise WrongFieldError(
                f"{field}.after_s", "`beside` to name the firing that it counts from", firing.after_s
            )
        _check_order(field, firing)
        names.append(firing.name)
    _expect_distinct("fire", names)


def _check_film(lesson: Lesson) -> None:
    names = [firing.name for firing in lesson.fire]
    for row, group in enumerate(lesson.film):
        if not group:
            raise WrongFieldError(f"film[{row}]", "at least one firing's name", [])
        for name in group:
            _expect_one_of(f"film[{row}]", name, names)
    _expect_distinct("film", [name for group in lesson.film for name in group])


def _check_order(field: str, order: Request) -> None:
    """Refuse whatever the stage's form would refuse, with the form's own sentence."""
    _check_protocol(f"{field}.protocol", order.protocol)
    try:
        parse_order(order.servers, order.form, TARGETS, PRESENTER)
    except OrderError as error:
        raise WrongFieldError(field, "an order that can be fired", str(error)) from error


def _check_protocol(field: str, protocol: str) -> None:
    if protocol:
        _expect_one_of(field, protocol, PROTOCOLS)


def _check_proof(field: str, proof: Proof, firings: tuple[Firing, ...]) -> None:
    _expect_one_of(f"{field}.figure", proof.figure, METRICS)
    by_name = {firing.name: firing for firing in firings}
    _expect_one_of(f"{field}.fire", proof.fire, by_name)
    _expect_one_of(f"{field}.server", proof.server, by_name[proof.fire].servers)
    _check_comparison(field, proof, by_name)
    if proof.is_ratio:
        over_fire = proof.over_fire or proof.fire
        _expect_one_of(f"{field}.over_fire", over_fire, by_name)
        _expect_one_of(f"{field}.over_server", proof.over_server or proof.server, by_name[over_fire].servers)
    _expect_finite(field, proof, "expected", "tolerance", "within")
    for name in ("tolerance", "within"):
        if getattr(proof, name) < 0:
            raise WrongFieldError(f"{field}.{name}", "0 or above", getattr(proof, name))


def _check_comparison(field: str, proof: Proof, firings: Mapping[str, Firing]) -> None:
    """Refuse a figure of a process without the instrument where none is fired at."""
    for name in filter(None, (proof.fire, proof.over_fire)):
        if proof.figure in UNINSTRUMENTED and name in firings and not firings[name].uninstrumented:
            raise WrongFieldError(f"{field}.figure", f"`uninstrumented = true` in the firing {name!r}", proof.figure)


def _check_variation(field: str, variation: Variation) -> None:
    _check_order(field, variation)
    for name in ("text", "label", "answer"):
        _expect_text(f"{field}.{name}", getattr(variation, name))
    _expect_one_of(f"{field}.server", variation.server or variation.servers[0], variation.servers)
    proof = prove_variation(variation)
    _check_proof(field, proof, (Firing(name=FIRING, servers=variation.servers, scenario=variation.scenario),))
    _check_prediction(field, predict_variation(variation), {proof.label: proof})


def _check_question(field: str, question: Question) -> None:
    _expect_text(f"{field}.question", question.question)
    if len(question.replies) < LEAST_OPTIONS:
        raise WrongFieldError(f"{field}.replies", f"at least {LEAST_OPTIONS}", len(question.replies))
    if sum(reply.right for reply in question.replies) != 1:
        raise WrongFieldError(f"{field}.replies", "exactly one that is right", question.replies)
    for position, reply in enumerate(question.replies):
        _expect_text(f"{field}.replies[{position}].text", reply.text)
        if not reply.right:
            _expect_text(f"{field}.replies[{position}].answer", reply.answer)


def _check_prediction(field: str, predict: Prediction, proofs: Mapping[str, Proof]) -> None:
    if predict.kind == "order":
        if len(predict.proofs) < LEAST_OPTIONS:
            raise WrongFieldError(
                f"{field}.proofs", f"at least {LEAST_OPTIONS} labels to put in order", predict.proofs
            )
        for position, label in enumerate(predict.proofs):
            _expect_one_of(f"{field}.proofs[{position}]", label, proofs)
        for position, said in enumerate(predict.answers):
            _expect_one_of(f"{field}.answers[{position}].first", said.first, ("", *predict.proofs))
        return
    _expect_one_of(f"{field}.proof", predict.proof, proofs)
    _expect_finite(field, predict, "least", "most")
    for position, said in enumerate(predict.answers):
        _expect_finite(f"{field}.answers[{position}]", said, "at_least", "at_most")
    if predict.kind == "number" and not predict.least < predict.most:
        raise WrongFieldError(f"{field}.most", f"more than least ({predict.least:g})", predict.most)
    if predict.kind == "choice":
        _check_options(f"{field}.options", predict.options, proofs[predict.proof].expected)


def _check_options(field: str, options: Sequence[Option], expected: float) -> None:
    """Refuse options of which not exactly one is right if the lesson holds, or a wrong one that is not answered."""
    if len(options) < LEAST_OPTIONS:
        raise WrongFieldError(field, f"at least {LEAST_OPTIONS}", len(options))
    for position, option in enumerate(options):
        _expect_finite(f"{field}[{position}]", option, "at_least", "at_most")
    if sum(option.holds(expected) for option in options) != 1:
        raise WrongFieldError(field, f"exactly one that holds the expected {expected:g}", options)
    for position, option in enumerate(options):
        if not option.holds(expected):
            _expect_text(f"{field}[{position}].answer", option.answer)


def _check_code(field: str, code: Code) -> None:
    path = ROOT / code.file
    # Check that it is a file first: resolving an impossible name, such as one with a zero byte, would raise.
    if not path.is_file() or not path.resolve().is_relative_to(ROOT):
        raise WrongFieldError(f"{field}.file", "a file of this repository, such as samples/scenarios.py", code.file)
    if code.name not in read_definitions(path):
        raise WrongFieldError(f"{field}.name", f"a function or class of {code.file}", code.name)


@cache
def read_definitions(path: Path) -> dict[str, str]:
    """Return the source of each top-level function and class of a Python file by name, decorators included."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min((decorator.lineno for decorator in node.decorator_list), default=node.lineno)
            found[node.name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found


def _expect_one_of(field: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise WrongFieldError(field, f"one of {', '.join(known) or 'those before it'}", value)


def _expect_finite(field: str, table: Table, *names: str) -> None:
    """Refuse `nan` and `inf`: TOML has them, and nothing measured can be compared with them."""
    for name in names:
        value = getattr(table, name)
        if value is not None and not math.isfinite(value):
            raise WrongFieldError(f"{field}.{name}", "a number", value)


def _expect_text(field: str, text: str) -> None:
    if not text.strip():
        raise WrongFieldError(field, "some text", text)


def _expect_distinct(field: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise WrongFieldError(field, "names that differ", name)
