"""Labels on our own wrappers, so that a crossing can say what it carried to the other side."""

from types import FunctionType
from typing import Any, TypeVar

from ..stage_kinds import StageKind

_ATTRIBUTE = "gatescope_stands_for"

F = TypeVar("F")


def label(function: F, kind: StageKind) -> F:
    """Record whose place `function`, one of our own wrappers, takes; `functools.wraps` carries it on."""
    setattr(function, _ATTRIBUTE, kind)
    return function


def label_of(function: Any) -> StageKind | None:
    """Return whose place `function` takes, or None if it is not one of our wrappers."""
    # Only functions are asked: asking a lazy object for an attribute would evaluate it.
    return vars(function).get(_ATTRIBUTE) if isinstance(function, FunctionType) else None
