"""Calls a function as soon as a module has been imported: at once if it is, else when it is.

A finder of `sys.meta_path` is asked about every import. This one finds nothing by itself: it lets the others find the
module and has the module's own loader tell when it is done, so that specification and loader stay what they are.
"""

import importlib.util
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

from ..failsafe import harmless

Installer = Callable[[], object]


class ImportWatch(MetaPathFinder):
    """Calls what waits for a module, once, after the module has been executed."""

    def __init__(self, waiting: Mapping[str, Installer]) -> None:
        self._waiting = dict(waiting)
        self._looking = threading.local()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the specification that the other finders have for a module that is waited for; otherwise None."""
        if fullname not in self._waiting or getattr(self._looking, "active", False):
            return None
        self._looking.active = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.active = False
        self._tell_when_executed(spec, fullname)
        return spec

    def wait_for(self, name: str, installer: Installer) -> None:
        """Wait for one module more; the last that is named the same counts."""
        self._waiting[name] = installer

    @harmless(None)
    def call(self, name: str) -> None:
        """Call what waits for the module ``name``, if that has not been done."""
        installer = self._waiting.pop(name, None)
        if installer is not None:
            installer()

    @harmless(None)
    def _tell_when_executed(self, spec: ModuleSpec | None, name: str) -> None:
        loader = None if spec is None else spec.loader
        if loader is None or not hasattr(loader, "exec_module"):
            return
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            vars(loader).pop("exec_module", None)
            execute(module)
            self.call(name)

        loader.exec_module = exec_module  # type: ignore[method-assign]


def watch(waiting: Mapping[str, Installer]) -> None:
    """Call each function once its module is there."""
    finder = ImportWatch(waiting)
    sys.meta_path.insert(0, finder)
    for name in waiting:
        if name in sys.modules and not _is_being_imported(sys.modules[name]):
            finder.call(name)


def _is_being_imported(module: object) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))
