"""Checks what the types of a lesson cannot express: that its names are known and its parts fit together.

Every check raises WrongFieldError with the field, what was expected and what came.
"""

import ast
import math
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from dashboard.fleet.entry import OBSERVED
from dashboard.fleet.table import SERVERS
from dashboard.lessons.lesson import Code, Firing, Lesson, Prediction, Proof, Request
from dashboard.lib.installation import ROOT
from dashboard.lib.toml_file import Table, WrongFieldError
from dashboard.runs.metrics import METRICS, UNINSTRUMENTED
from dashboard.runs.orders import PRESENTER, PROTOCOLS, OrderError, parse_order

TARGETS = tuple(entry.name for entry in SERVERS if entry.interface in OBSERVED)
BOXES = ("client", "nginx", "queue", "worker", "middleware", "view", "database")
"""The places on the stage; under ASGI a worker is an event loop."""
MOST_BOXES = 7
LEAST_OPTIONS = 2


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
    _check_prediction(lesson.predict, [proof.label for proof in lesson.prove])
    for position, variation in enumerate(lesson.vary):
        _check_order(f"vary[{position}]", variation)
    for position, code in enumerate(lesson.code):
        _check_code(f"code[{position}]", code)


def _check_filled(lesson: Lesson) -> None:
    for field in ("title", "chapter", "summary", "naming", "see", "explain", "misconception"):
        if not getattr(lesson, field).strip():
            raise WrongFieldError(field, "some text", "")
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


def _check_prediction(predict: Prediction, labels: Collection[str]) -> None:
    if predict.kind == "order":
        if len(predict.proofs) < LEAST_OPTIONS:
            raise WrongFieldError(
                "predict.proofs", f"at least {LEAST_OPTIONS} labels to put in order", predict.proofs
            )
        for position, label in enumerate(predict.proofs):
            _expect_one_of(f"predict.proofs[{position}]", label, labels)
        return
    _expect_one_of("predict.proof", predict.proof, labels)
    _expect_finite("predict", predict, "least", "most")
    for position, option in enumerate(predict.options):
        _expect_finite(f"predict.options[{position}]", option, "at_least", "at_most")
    if predict.kind == "number" and not predict.least < predict.most:
        raise WrongFieldError("predict.most", f"more than least ({predict.least:g})", predict.most)
    if predict.kind == "choice" and len(predict.options) < LEAST_OPTIONS:
        raise WrongFieldError("predict.options", f"at least {LEAST_OPTIONS}", len(predict.options))


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


def _expect_distinct(field: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise WrongFieldError(field, "names that differ", name)
