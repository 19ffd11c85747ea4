"""Django's debug page and its log show the frames that they show without the instrument."""

from __future__ import annotations

import ast
import contextlib
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import override_settings

import probes
from tests.probes.django.in_process import ask_asgi, ask_wsgi, instrumented, request_observed

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db

FRAME = re.compile(r'<code class="fname">(.+?)</code>, line (\d+), in (\w+)')
MIDDLEWARE = ["SyncOnly", "Csrf"]
PATHS = [
    "/broken/",
    "/broken-async/",
    "/broken-template/",
    "/broken-query/",
    "/broken-signal/",
    "/broken-bridge/",
    "/broken-bridge-async/",
]


def shown(answer: Any, caplog: pytest.LogCaptureFixture) -> tuple[list[Any], list[Any]]:
    """Return the frames on the debug page and those in the log."""
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    assert record.exc_info
    logged = [(frame.filename, frame.lineno, frame.name) for frame in traceback.extract_tb(record.exc_info[2])]
    caplog.clear()
    return FRAME.findall(answer.content.decode()), logged


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("middleware", [[], MIDDLEWARE], ids=["bare", "middleware"])
def test_exception_under_wsgi_has_the_frames_it_has_without_us(
    path: str, middleware: Sequence[str], caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(DEBUG=True):
        without = shown(ask_wsgi(path, middleware, HTTP_ACCEPT="text/html"), caplog)
        with instrumented(), request_observed():
            answer = ask_wsgi(path, middleware, HTTP_ACCEPT="text/html")
        assert shown(answer, caplog) == without
    assert without[0]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("middleware", [[], MIDDLEWARE], ids=["bare", "middleware"])
async def test_exception_under_asgi_has_the_frames_it_has_without_us(
    path: str, middleware: Sequence[str], caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(DEBUG=True), contextlib.ExitStack() as stack:
        without = shown(await ask_asgi(path, middleware), caplog)
        stack.enter_context(instrumented())
        stack.enter_context(request_observed())
        assert shown(await ask_asgi(path, middleware), caplog) == without
    assert without[1]


def wrappers() -> list[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Return every function of ours that wraps one of Django's or asgiref's, with its file."""
    folder = Path(probes.__file__).parent / "django"
    return [
        (f"{file.name}:{node.lineno}", node)
        for file in sorted(folder.glob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(ast.unparse(one).startswith("functools.wraps(") for one in node.decorator_list)
    ]


def test_every_wrapper_asks_to_be_left_out_of_tracebacks() -> None:
    assert len(wrappers()) > 15
    for where, node in wrappers():
        assert ast.unparse(node.body[0]) == "__traceback_hide__ = True", where
