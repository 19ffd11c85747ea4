"""Labels on our own wrappers, so that a crossing can say what it carried to the other side."""

from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

from ..stage_kinds import StageKind

_KIND = "gatescope_stands_for"
_NAME = "gatescope_stands_for_name"

Name = Callable[[tuple[Any, ...]], str]
"""Returns the dotted name of what is called, for the arguments of the call."""

F = TypeVar("F")


def label(function: F, kind: StageKind, name: Name | None = None) -> F:
    """Record whose place `function`, one of our own wrappers, takes; `functools.wraps` carries it on."""
    setattr(function, _KIND, kind)
    setattr(function, _NAME, name)
    return function


def label_of(function: Any) -> StageKind | None:
    """Return whose place `function` takes, or None if it is not one of our wrappers."""
    # Only functions are asked: asking a lazy object for an attribute would evaluate it.
    return vars(function).get(_KIND) if isinstance(function, FunctionType) else None


def name_behind(function: Any, arguments: tuple[Any, ...]) -> str:
    """Return the name of what `function`, one of our own wrappers, stands for; "" if it is none of them."""
    name: Name | None = vars(function).get(_NAME) if isinstance(function, FunctionType) else None
    return "" if name is None else name(arguments)
