"""Lets the server that ``runserver`` reloads end by itself, so that what it has seen last is sent.

Django's reloader is a process that starts the server as another one. On SIGTERM it leaves with SystemExit, and
`subprocess.run` kills its child when it is left with an exception: with SIGKILL, at once, though Django has the child
leave in good order on SIGTERM as well (`django.utils.autoreload.run_with_reloader`).
"""

import contextlib
import functools
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

ENDS_WITHIN_S = 2.0
"""How long the child is given, in which it waits for its flush."""


def observe(restart: Callable[[], int]) -> Callable[[], int]:
    """Wrap `restart_with_reloader`, which starts the server anew until it ends for another reason than a change."""

    @functools.wraps(restart)
    def wrapper() -> int:
        __traceback_hide__ = True
        module: Any = sys.modules[restart.__module__]
        known = module.subprocess
        module.subprocess = EndsInGoodOrder(known)
        try:
            return restart()
        finally:
            module.subprocess = known

    return wrapper


class EndsInGoodOrder:
    """The module `subprocess`, but for a child of `run` that outlives its parent's SystemExit for a moment."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def run(self, arguments: Any, **named: Any) -> "subprocess.CompletedProcess[Any]":
        """Do what `subprocess.run` does for a child whose output is not wanted."""
        __traceback_hide__ = True
        if named.keys() - {"env", "close_fds"}:
            done: subprocess.CompletedProcess[Any] = self._module.run(arguments, **named)
            return done
        with subprocess.Popen(arguments, **named) as child:  # noqa: S603 - Django's own command
            try:
                child.wait()
            except SystemExit:
                _end(child)
                raise
            except BaseException:
                child.kill()
                raise
        return subprocess.CompletedProcess(child.args, child.returncode)


def _end(child: "subprocess.Popen[Any]") -> None:
    child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(ENDS_WITHIN_S)
    child.kill()
