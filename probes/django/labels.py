"""Labels on our own wrappers, so that a crossing can say what it carried to the other side."""

from types import FunctionType
from typing import Any, TypeVar

VIEW = "view"
MIDDLEWARE = "middleware"
HANDLER = "handler"
"""Django's innermost handler, which resolves and calls the view."""

_ATTRIBUTE = "gatescope_stands_for"

F = TypeVar("F")


def label(function: F, what: str) -> F:
    """Record what `function`, one of our own wrappers, stands for; `functools.wraps` carries it on."""
    setattr(function, _ATTRIBUTE, what)
    return function


def label_of(function: Any) -> str:
    """Return what `function` stands for, or an empty string."""
    # Only functions are asked: asking a lazy object for an attribute would evaluate it.
    found: str = vars(function).get(_ATTRIBUTE, "") if isinstance(function, FunctionType) else ""
    return found
