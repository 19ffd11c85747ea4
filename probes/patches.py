"""Replaces functions of libraries with ours, and puts them back.

A function that the installed version does not have is named in one log line and skipped: requests work as before,
one stage is not shown.
"""

import importlib
import importlib.metadata
import inspect
import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

logger = logging.getLogger("gatescope")


class Kind(Protocol):
    """What has a name under which people know the stage (`stage_kinds.StageKind`)."""

    @property
    def name(self) -> str:
        """The name."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One function that is wrapped so that one stage can be seen."""

    stage: Kind
    """The stage that is not shown without this patch."""
    target: str
    """`package.module:Class.function` or `package.module:function`."""
    wrap: Callable[[Any], Any]
    """Takes the original function, returns its replacement."""


_lock = threading.Lock()
_originals: dict[Patch, tuple[Any, str, Any]] = {}
_missing: set[Patch] = set()


def apply(patches: Iterable[Patch]) -> None:
    """Apply each patch that is not applied yet."""
    with _lock:
        for patch in patches:
            if patch not in _originals:
                _apply(patch)


def revert(patches: Iterable[Patch]) -> None:
    """Put the originals back."""
    with _lock:
        for patch in patches:
            if patch in _originals:
                owner, name, original = _originals.pop(patch)
                setattr(owner, name, original)


def _apply(patch: Patch) -> None:
    try:
        owner, name = _find(patch.target)
        original = inspect.getattr_static(owner, name)
    except (ImportError, AttributeError):
        _report_missing(patch)
        return
    setattr(owner, name, patch.wrap(original))
    _originals[patch] = owner, name, original


def _find(target: str) -> tuple[Any, str]:
    module, _, path = target.partition(":")
    owner: Any = importlib.import_module(module)
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    return owner, name


def _report_missing(patch: Patch) -> None:
    if patch in _missing:
        return
    _missing.add(patch)
    library = patch.target.split(".", 1)[0]
    version = _version(library)
    logger.warning(
        "%s %s does not have %s: the stage '%s' is not shown", library, version, patch.target, patch.stage.name
    )


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:  # of the standard library
        return "of this Python"
