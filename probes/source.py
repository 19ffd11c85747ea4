"""The code that executes: its file, its first line and as much of its text as a screen shows.

Read inside the observed process and sent along, so that the viewer opens no file. Each function is read once.
"""

import functools
import inspect
from collections.abc import Mapping
from pathlib import PurePath
from types import CodeType, FunctionType
from typing import Any

from . import attributes
from .failsafe import harmless
from .lines import Lines
from .recording import Stage
from .tracing import instrument

LINES_SHOWN = 40
COLUMNS_SHOWN = 100
BYTES_SHOWN = 2048
FUNCTIONS_REMEMBERED = 512

Described = Mapping[str, str | int]
UNKNOWN: Described = {}


@harmless(UNKNOWN)
def source_of(target: Any, lines: int = LINES_SHOWN) -> Described:
    """Return file, line and text of a function or class; {} if there is no text or it must not be sent."""
    if not instrument().settings.source:
        return UNKNOWN
    # A closure is created anew for each request, its code is not.
    return _read(getattr(target, "__code__", target), str(getattr(target, "__module__", "")), lines)


@functools.lru_cache(maxsize=FUNCTIONS_REMEMBERED)
def _read(target: Any, module: str, lines: int) -> Described:
    try:
        text, first_line = inspect.getsourcelines(target)
        file = inspect.getfile(target)
    except (OSError, TypeError):  # built in, compiled, or made by exec
        return UNKNOWN
    return {
        attributes.CODE_FILE: _relative_path(file, module),
        attributes.CODE_LINE: first_line,
        attributes.CODE: _shorten(text[:lines]),
    }


@harmless(None)
def follow_lines(opened: Stage, target: Any) -> Lines | None:
    """Start recording on an open stage which line of ``target`` is being executed; None if that is impossible."""
    if not opened.recording or not instrument().settings.source:
        return None
    codes = _codes_of(getattr(target, "__code__", target))
    if not codes:
        return None
    lines = Lines(codes, opened.start_ns)
    opened.attach(lines)
    return lines


@functools.lru_cache(maxsize=FUNCTIONS_REMEMBERED)
def _codes_of(target: Any) -> frozenset[CodeType]:
    """Return the code objects of a function (given as its code), or of the methods of a class."""
    if isinstance(target, CodeType):
        return frozenset({target})
    return frozenset(one.__code__ for one in vars(target).values() if isinstance(one, FunctionType))


def _relative_path(file: str, module: str) -> str:
    """Return the path from the outermost package on: the folders above it are private."""
    parts = PurePath(file).parts
    depth = module.count(".") + 1 + (parts[-1] == "__init__.py")
    return "/".join(parts[-depth:])


def _shorten(lines: list[str]) -> str:
    cut = "\n".join(line.rstrip()[:COLUMNS_SHOWN] for line in lines).rstrip()
    return cut.encode()[:BYTES_SHOWN].decode(errors="ignore")
