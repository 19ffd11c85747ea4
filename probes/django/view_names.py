"""Which of the project's functions or classes a view stands for, and what it is called.

The URLconf holds what frameworks and decorators made of it: a closure, a partial, the function of a class-based view,
an operation of django-ninja. Here they are seen through, by what they say of themselves, never by calling them.
"""

import functools
import inspect
from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any, NamedTuple

FRAMEWORKS = ("django.", "rest_framework.", "ninja.", "ninja_extra.", "asgiref.")
"""Modules whose functions are not shown where a class of the project inherits them."""
LAYERS_SEEN_THROUGH = 32


class Target(NamedTuple):
    """What the project wrote: its name, and the function or class whose code is shown."""

    name: str
    """Dotted, with the module."""
    short_name: str
    """As people say it: ``prices``, ``Orders``, ``Orders.list``."""
    source: Any


def find_target(view: Any, method: str = "") -> Target:
    """Return what of the project answers a request of this HTTP method that comes to ``view``."""
    for _ in range(LAYERS_SEEN_THROUGH):
        inner = _inside(view, method)
        if inner is None:
            break
        view = inner
    if isinstance(view, _Action):
        return _describe_action(view.owner, view.name)
    if isinstance(view, MethodType):
        owner = view.__self__ if isinstance(view.__self__, type) else type(view.__self__)
        return _describe_action(owner, view.__name__)
    return describe(view if hasattr(view, "__qualname__") else type(view))


def describe(source: Any) -> Target:
    """Return a function or class as a target, under its own name."""
    short_name = source.__qualname__.rpartition("<locals>.")[2]
    return Target(f"{source.__module__}.{source.__qualname__}", short_name, source)


def name_callable(called: Any) -> str:
    """Return the dotted name of anything that can be called, a method's with the class of its object."""
    while isinstance(called, functools.partial):
        called = called.func
    if isinstance(called, MethodType):
        owner = called.__self__ if isinstance(called.__self__, type) else type(called.__self__)
        return f"{owner.__module__}.{owner.__qualname__}.{called.__name__}"
    named = called if hasattr(called, "__qualname__") else type(called)
    return f"{named.__module__}.{named.__qualname__}"


class _Action(NamedTuple):
    owner: type
    name: str


def _inside(view: Any, method: str) -> Any:
    """Return what ``view`` only stands for, one layer further in; None when it is the project's own."""
    if isinstance(view, functools.partial):
        return view.func
    if isinstance(view, _Action | type):
        return None
    own = getattr(view, "__dict__", {})
    owner = own.get("view_class") or own.get("cls")
    if isinstance(owner, type):
        return _inside_class(owner, own.get("actions"), method)
    if "__wrapped__" in own:
        return own["__wrapped__"]
    return _inside_closure(view, method) if isinstance(view, FunctionType) else None


def _inside_class(owner: type, actions: Any, method: str) -> Any:
    if isinstance(actions, dict):
        # A ViewSet answers HEAD as GET.
        action = actions.get(method.lower()) or (actions.get("get") if method == "HEAD" else None)
        return _Action(owner, action) if isinstance(action, str) and hasattr(owner, action) else owner
    # `api_view` makes a class of a function; its handlers hold the function.
    handlers = [value for value in vars(owner).values() if _is_api_view_handler(value)]
    return _closed_over(handlers[0])["func"] if handlers else owner


def _is_api_view_handler(value: Any) -> bool:
    return (
        isinstance(value, FunctionType)
        and value.__module__ == "rest_framework.decorators"
        and callable(_closed_over(value).get("func"))
    )


def _inside_closure(view: FunctionType, method: str) -> Any:
    """Return the view inside a closure: ninja's operation, or what a decorator without `wraps` has."""
    cells = _closed_over(view)
    operations = getattr(cells.get("self"), "operations", None)
    if view.__module__ == "ninja.operation" and operations:
        answering = (one for one in operations if method in one.methods)
        return next(answering, operations[0]).view_func
    if "<locals>" not in view.__qualname__:
        return None
    inner = [cell for cell in cells.values() if _takes_request(cell) and cell is not view]
    return inner[0] if len(inner) == 1 else None


def _takes_request(cell: Any) -> bool:
    while isinstance(cell, functools.partial):
        cell = cell.func
    function = cell.__func__ if isinstance(cell, MethodType) else cell
    if not isinstance(function, FunctionType):
        return False
    own = vars(function)
    if "view_class" in own or "cls" in own or "__wrapped__" in own:
        return True
    parameters = list(_positional(function))
    return "request" in parameters[:2]


def _positional(function: FunctionType) -> Iterator[str]:
    code = function.__code__
    yield from code.co_varnames[: code.co_argcount]


def _closed_over(function: FunctionType) -> dict[str, Any]:
    """Return the variables that a function closes over; those without a value are left out."""
    found = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            found[name] = cell.cell_contents
        except ValueError:
            continue
    return found


def _describe_action(owner: type, name: str) -> Target:
    """Return a method of the project's class; inherited from a framework, it shows the class."""
    function = inspect.getattr_static(owner, name, None)
    function = getattr(function, "__func__", function)
    source = inspect.unwrap(function) if callable(function) else owner
    if source.__module__.startswith(FRAMEWORKS) and not owner.__module__.startswith(FRAMEWORKS):
        source = owner
    return Target(
        f"{owner.__module__}.{owner.__qualname__}.{name}",
        f"{owner.__qualname__.rpartition('<locals>.')[2]}.{name}",
        source,
    )
