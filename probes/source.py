"""The code that executes: its file, its first line and as much of its text as a screen shows.

Read inside the observed process and sent along, so that the viewer opens no file. Each function is read once, by the
sender's thread when it is sent for the first time: reading a large module inside a request would hold an event loop.
"""

import functools
import inspect
import linecache
import re
import sys
import tokenize
from pathlib import PurePath
from types import CodeType, FunctionType
from typing import Any

from . import attributes
from .failsafe import harmless
from .lines import Lines
from .recording import Stage
from .tracing import instrument
from .types import Attributes
from .values import NOTHING_FIXED, FixedAttributes

LINES_SHOWN = 40
COLUMNS_SHOWN = 100
BYTES_SHOWN = 2048
FUNCTIONS_REMEMBERED = 512

UNKNOWN: Attributes = {}
UNKNOWN_CODE = NOTHING_FIXED


@harmless(UNKNOWN_CODE)
def describe_code(target: Any, mode: str = "", name: str = "") -> FixedAttributes:
    """Return name (default: its own), mode and source of a function or class; the source is read when it is sent."""
    # A closure is created anew for each request, its code is not.
    code = getattr(target, "__code__", target)
    name = name or f"{target.__module__}.{target.__qualname__}"
    return _describe(code, target.__module__, name, mode, instrument().settings.source)


@functools.lru_cache(maxsize=FUNCTIONS_REMEMBERED)
def _describe(code: Any, module: str, name: str, mode: str, with_source: bool) -> FixedAttributes:
    described = {attributes.FUNCTION: name, **({attributes.MODE: mode} if mode else {})}
    return FixedAttributes(described, functools.partial(_read, code, module, LINES_SHOWN) if with_source else None)


@harmless(UNKNOWN)
def source_of(target: Any, lines: int = LINES_SHOWN) -> Attributes:
    """Return file, line and text of a function or class; {} if there is no text or it must not be sent.

    May read a file: not to be called inside a request.
    """
    if not instrument().settings.source:
        return UNKNOWN
    return _read(getattr(target, "__code__", target), str(getattr(target, "__module__", "")), lines)


@harmless(UNKNOWN)
def _read(target: Any, module: str, lines: int) -> Attributes:
    file, first_line = _place(target)
    # A module's own loader knows the text of one that lies in an archive.
    text = linecache.getlines(file, vars(sys.modules[module]) if module in sys.modules else None)
    if not 0 < first_line <= len(text):
        return UNKNOWN
    shown = _first_block(text[first_line - 1 : first_line - 1 + lines])
    return {
        attributes.CODE_FILE: _relative_path(file, module),
        attributes.CODE_LINE: first_line,
        attributes.CODE: _shorten(shown),
    }


def _first_block(text: list[str]) -> list[str]:
    """Return the lines up to the end of the function or class that begins in the first one."""
    try:
        return inspect.getblock(text)
    except (tokenize.TokenError, SyntaxError):  # it goes on beyond the last line
        return text


def _place(target: Any) -> tuple[str, int]:
    """Return the file of a code object or class and the line at which it begins, 0 if that is unknown."""
    if isinstance(target, CodeType):
        return target.co_filename, target.co_firstlineno
    if not isinstance(target, type):
        return "", 0
    module = sys.modules.get(target.__module__)
    file = str(getattr(module, "__file__", None) or "")
    text = linecache.getlines(file, None if module is None else vars(module))
    return file, _find_class(target, text, file)


def _find_class(target: type, text: list[str], file: str) -> int:
    """Return the line at which a class begins with its decorators, 0 if it is not found.

    Parsing the module, as `inspect` does, holds the interpreter for as long as a request takes: here the statement
    is looked for that stands closest above the first method.
    """
    statement = re.compile(rf"\s*class\s+{re.escape(target.__name__)}\b")
    found = [number for number, line in enumerate(text, 1) if statement.match(line)]
    methods = [one.__code__ for one in vars(target).values() if isinstance(one, FunctionType)]
    own = [code.co_firstlineno for code in methods if code.co_filename == file]
    above = [number for number in found if own and number <= min(own)]
    line = above[-1] if above else next(iter(found), 0)
    while line > 1 and text[line - 2].lstrip().startswith("@"):
        line -= 1
    return line


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
