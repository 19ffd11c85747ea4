"""Loads the probes when something is about to be served, or says in one sentence why it cannot.

A project may have an OpenTelemetry of its own, of whatever version; that one is used, and may not do.
"""

import contextlib
import functools
import importlib
import os
import sys
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from ..settings import is_disabled
from . import libraries

OWN = __name__.removesuffix(".autostart.loading")
SAID = "GATESCOPE_SAID"
"""In the environment once the sentence was said: the processes that this one starts need not repeat it."""
NEEDED = ("wsgi", "asgi", "company.install")


@functools.cache
def are_loaded() -> bool:
    """Load the probes, once; return False where they cannot be, or are switched off."""
    if is_disabled():
        return False
    try:
        for name in NEEDED:
            module(name)
    except Exception as problem:  # noqa: BLE001 - of whatever kind, the project goes on
        libraries.forget()
        say(f"this project is not observed: the probes cannot be used {_describe(problem)}")
        return False
    return True


def module(name: str) -> ModuleType:
    """Return a module of the instrument. Only where `are_loaded`."""
    return importlib.import_module(f"{_package()}.{name}")


def _package() -> str:
    """Return the instrument's name: a project that has it in its settings may know it by that of its folder."""
    other = OWN.rpartition(".")[2]
    described = getattr(sys.modules.get(other), "__doc__", None)
    return other if described == sys.modules[OWN].__doc__ else OWN


def say(sentence: str) -> None:
    """Say on standard error what is not shown, and why, unless the process that started this one has done so."""
    if os.environ.setdefault(SAID, str(os.getpid())) == str(os.getpid()):
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"Gatescope: {sentence}.\n")


def _describe(problem: BaseException) -> str:
    reason = f"({type(problem).__name__}: {problem})"
    with contextlib.suppress(PackageNotFoundError):
        return f"with its own OpenTelemetry {version('opentelemetry-api')} {reason}"
    return f"here {reason}"
