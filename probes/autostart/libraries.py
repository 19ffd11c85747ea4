"""Finds the libraries that the instrument needs, where the project's own environment does not have them.

They lie in the environment of whoever started the project. This finder stands behind all others, so that what the
project has is used, and it answers the instrument and these libraries alone: to the project, what is not installed
in its environment is not installed.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import FrameType, ModuleType
from typing import Any

FOLDER_VARIABLE = "GATESCOPE_LIBRARIES"
PACKAGES = ("opentelemetry", "typing_extensions")
"""What OpenTelemetry's SDK consists of and needs; all of it is plain Python, so that any interpreter can load it."""
DISTRIBUTIONS = ("opentelemetry-api", "opentelemetry-sdk", "opentelemetry-semantic-conventions")
OWN = __name__.removesuffix(".autostart.libraries")
IMPORT_SYSTEM = ("_frozen_importlib", "importlib", "zipimport")


class LibraryFinder:
    """A finder of `sys.meta_path` for the libraries in ``folder``."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self.found: list[str] = []
        """Names of the modules that were found here."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the specification of a library's module, or None if that is not asked for by us."""
        *parents, _ = fullname.split(".")
        caller = sys._getframe(1)  # noqa: SLF001 - `inspect` takes longer to import than all of this
        if fullname.partition(".")[0] not in PACKAGES or not _is_asked_by((OWN, *PACKAGES), caller):
            return None
        spec = PathFinder.find_spec(fullname, [os.path.join(self._folder, *parents)], target)
        if spec is not None:
            if spec.submodule_search_locations is not None:
                # Of a package without `__init__` it would be looked up anew, on the project's path.
                spec.submodule_search_locations = list(spec.submodule_search_locations)
            self.found.append(fullname)
        return spec

    def find_distributions(self, context: Any) -> Iterator[Any]:
        """Yield the libraries' metadata, in which OpenTelemetry looks its own parts up."""
        caller = sys._getframe(1)  # noqa: SLF001
        if not _is_asked_by(PACKAGES, caller):
            return
        from importlib.metadata import DistributionFinder, MetadataPathFinder

        for name in DISTRIBUTIONS:
            if context.name in {None, name}:
                wanted = DistributionFinder.Context(name=name, path=[self._folder])
                yield from MetadataPathFinder.find_distributions(wanted)


_finders: list[LibraryFinder] = []


def install() -> None:
    """Install the finder for the folder that the environment names, if it does."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder:
        _finders.append(LibraryFinder(folder))
        everywhere: list[Any] = sys.meta_path
        everywhere.extend(_finders)


def forget() -> None:
    """Let the process go on as if no library had been found here."""
    for finder in _finders:
        for name in finder.found:
            sys.modules.pop(name, None)


def _is_asked_by(packages: tuple[str, ...], frame: FrameType | None) -> bool:
    """Return whether the code that imports something, from ``frame`` outwards, is in one of the packages."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if name.partition(".")[0] not in IMPORT_SYSTEM:
            return any(name == package or name.startswith(f"{package}.") for package in packages)
        frame = frame.f_back
    return False
