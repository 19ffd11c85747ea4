"""What a callable of ours stands for, so that a crossing can say what it carried to the other side."""

from types import FunctionType
from typing import Any, TypeVar

VIEW = "view"
MIDDLEWARE = "middleware"
HANDLER = "handler"
"""Django's innermost handler, which resolves and calls the view."""

_ATTRIBUTE = "gatescope_stands_for"

F = TypeVar("F")


def mark(function: F, kind: str) -> F:
    """Say what `function`, one of our own wrappers, stands for; `functools.wraps` carries it on."""
    setattr(function, _ATTRIBUTE, kind)
    return function


def kind_of(function: Any) -> str:
    """Return what `function` stands for, or an empty text."""
    # Only functions are asked: to ask a lazy object for an attribute would wake it.
    kind: str = vars(function).get(_ATTRIBUTE, "") if isinstance(function, FunctionType) else ""
    return kind
