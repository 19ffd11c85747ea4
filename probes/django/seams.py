"""Replaces a function of Django or asgiref by one of ours, and puts it back.

A seam that a version does not have is named in one log line and left out: the request
works as ever, one stage is not shown.
"""

import importlib
import importlib.metadata
import inspect
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

logger = logging.getLogger("gatescope")


@dataclass(frozen=True, slots=True)
class Seam:
    """One function that is wrapped so that one stage can be seen."""

    stage: str
    """The stage that is not shown without this seam."""
    where: str
    """`package.module:Class.function` or `package.module:function`."""
    wrap: Callable[[Any], Any]
    """Takes the original function, returns the one that stands in its place."""


_lock = threading.Lock()
_originals: dict[Seam, tuple[Any, str, Any]] = {}
_missing: set[Seam] = set()


def wrap(seams: Iterable[Seam]) -> None:
    """Wrap each seam that is not wrapped yet."""
    with _lock:
        for seam in seams:
            if seam not in _originals:
                _wrap(seam)


def unwrap() -> None:
    """Put every original back, the last one first."""
    with _lock:
        while _originals:
            _, (owner, name, original) = _originals.popitem()
            setattr(owner, name, original)


def _wrap(seam: Seam) -> None:
    try:
        owner, name = _find(seam.where)
        original = inspect.getattr_static(owner, name)
    except (ImportError, AttributeError):
        _say_missing(seam)
        return
    setattr(owner, name, seam.wrap(original))
    _originals[seam] = owner, name, original


def _find(where: str) -> tuple[Any, str]:
    module, _, path = where.partition(":")
    owner: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    return owner, name


def _say_missing(seam: Seam) -> None:
    if seam in _missing:
        return
    _missing.add(seam)
    library = seam.where.split(".", 1)[0]
    version = importlib.metadata.version(library)
    logger.warning("%s %s does not have %s: the stage '%s' is not shown", library, version, seam.where, seam.stage)
