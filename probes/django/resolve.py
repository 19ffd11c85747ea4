"""The stage `resolve`: the URLconf finds the view. The `server` stage also gets the route it found."""

import functools
from collections.abc import Callable
from typing import Any

from django.urls import get_script_prefix

from .. import attributes
from ..failsafe import harmless
from ..recording import Stage
from ..routing import below_mount, note_route
from ..stage_kinds import StageKind
from ..stages import current_request, stage

RESOLVE = StageKind("resolve")
"""The URLconf finds the view."""


def observe(resolve_request: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `BaseHandler.resolve_request`."""

    @functools.wraps(resolve_request)
    def wrapper(self: Any, request: Any) -> Any:
        __traceback_hide__ = True
        with stage(RESOLVE, "URLconf") as opened:
            match = resolve_request(self, request)
            _record_route(match, opened)
            return match

    return wrapper


def route_of(match: Any) -> str:
    """Return the route of a `ResolverMatch` with its leading slash, which Django's routes lack."""
    route = str(match.route or "")
    # A regular expression is shown as it is written.
    return route if route.startswith(("^", "/")) else f"/{route}"


@harmless(None)
def _record_route(match: Any, opened: Stage) -> None:
    record = current_request()
    if record is None:
        return
    route = below_mount(get_script_prefix(), route_of(match))
    opened.set(attributes.ROUTE, route)
    note_route(record.server, route)
