"""The stage `query`: each statement that Django sends to a database, and each connection it opens.

Statements are seen through `execute_wrappers`, Django's public hook, which belongs to one connection of one thread.
Therefore every connection gets ours when it connects.
"""

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db import connections

from .. import attributes
from ..failsafe import harmless
from ..stage_kinds import StageKind
from ..stages import is_recording, stage
from .statement import statement_text, summarize

QUERY = StageKind("query")
"""A statement sent to a database, or a connection being opened."""

SEMANTIC_NAMES = {"oracle": "oracle.db"}
"""Django's vendors whose OpenTelemetry name differs."""

UNDESCRIBED: AbstractContextManager[object] = nullcontext()


def observe_connect(connect: Callable[..., None]) -> Callable[..., None]:
    """Wrap `BaseDatabaseWrapper.connect`."""

    @functools.wraps(connect)
    def wrapper(self: Any) -> None:
        __traceback_hide__ = True
        with stage(QUERY, "CONNECT", {attributes.QUERY_KIND: "connect", attributes.DB_SYSTEM: _system(self)}):
            connect(self)
        _observe_statements(self)

    return wrapper


def observe_open_connections() -> None:
    """Observe the connections that this thread opened before."""
    for connection in connections.all(initialized_only=True):
        _observe_statements(connection)


def forget_open_connections() -> None:
    """Remove our wrapper from this thread's connections; on others it stays without effect."""
    for connection in connections.all(initialized_only=True):
        if _execute_observed in connection.execute_wrappers:
            connection.execute_wrappers.remove(_execute_observed)


@harmless(None)
def _observe_statements(connection: Any) -> None:
    if _execute_observed not in connection.execute_wrappers:
        # First, not last: Django's `execute_wrapper()` block ends by removing the last one.
        connection.execute_wrappers.insert(0, _execute_observed)


def _execute_observed(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Execute one statement inside a stage, as the outermost of the connection's execute wrappers."""
    __traceback_hide__ = True
    if not is_recording():
        return execute(sql, params, many, context)
    with _open_stage(sql, context):
        return execute(sql, params, many, context)


@harmless(UNDESCRIBED)
def _open_stage(sql: Any, context: dict[str, Any]) -> AbstractContextManager[object]:
    connection = context["connection"]
    text = statement_text(sql, connection.connection)
    described = {
        attributes.QUERY_KIND: "query",
        attributes.DB_SYSTEM: _system(connection),
        attributes.DB_QUERY: text,
    }
    return stage(QUERY, summarize(text, connection.vendor), described)


def _system(connection: Any) -> str:
    vendor = str(connection.vendor)
    return SEMANTIC_NAMES.get(vendor, vendor)
