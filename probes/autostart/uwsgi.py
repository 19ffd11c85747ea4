"""The callable that uWSGI was told to serve, which no code in Python hands over.

Only a plain function is observed here: it can be replaced by one that behaves the same in every respect, and what
Django and Flask make is observed by itself. A file (``--wsgi-file``) is executed by uWSGI without being imported.
"""

import functools
import inspect
import sys
from collections.abc import Iterable
from typing import Any

from ..types import Environ, StartResponse
from .servers import wsgi

CALLABLE = "application"
"""What uWSGI looks for where it was not told a name."""


def entry() -> tuple[str, str]:
    """Return the names of the module and of the callable in it; empty where it was told none."""
    options: dict[str, object] = getattr(sys.modules["uwsgi"], "opt", {})
    module, _, application = (_text(options.get("module")) or _text(options.get("wsgi"))).partition(":")
    return module, application or _text(options.get("callable")) or CALLABLE


def observe(module: str, name: str) -> None:
    """Observe the function ``name`` of a module, if it is one."""
    application: Any = getattr(sys.modules[module], name, None)
    if not inspect.isfunction(application):
        return
    probe = wsgi(application)

    @functools.wraps(application)
    def observed(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        __traceback_hide__ = True
        body: Iterable[bytes] = probe(environ, start_response)
        return body

    setattr(sys.modules[module], name, observed)


def _text(option: object) -> str:
    last = option[-1] if isinstance(option, list) and option else option
    return last.decode("utf-8", "replace") if isinstance(last, bytes) else ""
