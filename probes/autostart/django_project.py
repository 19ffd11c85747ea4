"""Observes a Django project as `"probes.django"` in its INSTALLED_APPS would, when its first handler is made.

By then the project is set up, and whatever it patches itself has been patched.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

from ..patches import Patch, apply
from . import loading
from .servers import ENTRY

OLDEST = (5, 2)
"""The first Django that has all that is patched."""


def observe(name: str) -> None:
    """Prepare for the handlers of a project, or for `runserver`, whichever the module ``name`` has."""
    if name == HANDLERS:
        apply([HANDLER_MADE])
    elif loading.are_loaded():
        from ..django import autoreload
        from ..stage_kinds import SERVER

        # In the process that starts the server anew no handler is ever made.
        apply([Patch(SERVER, "django.utils.autoreload:restart_with_reloader", autoreload.observe)])


def _before_middlewares(load: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.load_middleware`, which a handler calls when it is made."""

    @functools.wraps(load)
    def wrapper(self: Any, *arguments: Any, **named: Any) -> Any:
        __traceback_hide__ = True
        _install()
        return load(self, *arguments, **named)

    return wrapper


@functools.cache
def _install() -> None:
    if not loading.are_loaded():
        return
    django: Any = sys.modules["django"]
    if django.VERSION < OLDEST:
        needed = ".".join(map(str, OLDEST))
        loading.say(f"inside of Django {django.get_version()} nothing is shown: that needs Django {needed} or newer")
        return
    loading.module("django.install").install()
    loading.module("delivery.last_moment").expect_sigterm()


HANDLERS = "django.core.handlers.base"
HANDLER_MADE = Patch(ENTRY, f"{HANDLERS}:BaseHandler.load_middleware", _before_middlewares)
