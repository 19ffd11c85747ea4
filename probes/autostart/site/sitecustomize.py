"""The start-up hook: each Python process that has this folder on its PYTHONPATH imports it by itself.

`gatescope run` puts it there. It runs on any Python 3 and changes nothing: the module of this name that would have
been imported without it is imported as well, and where the probes cannot run it says so in one sentence.
"""

import os
import sys
from typing import Any

FOLDER = os.path.dirname(os.path.abspath(__file__))
AUTOSTART = os.path.dirname(FOLDER)
PACKAGE = os.path.dirname(AUTOSTART)
OLDEST = (3, 11)
SAID = "GATESCOPE_SAID"
"""In the environment once the sentence was said: the processes that this one starts need not repeat it."""
SERVES = {
    "celery.worker",
    "daphne.server",
    "django.core.handlers.base",
    "flask.app",
    "gunicorn.workers.base",
    "hypercorn.app_wrappers",
    "starlette.applications",
    "uvicorn.config",
    "waitress.server",
}
"""What is imported where something is about to be served: other processes need no sentence."""


class OwnPackage:
    """Finds the package `gatescope`, if the project's own environment does not have it."""

    @staticmethod
    def find_spec(fullname: str, path: Any = None, target: Any = None) -> Any:
        """Return a package whose one folder is that in which our own lies."""
        if fullname != "gatescope":
            return None
        from importlib.machinery import ModuleSpec

        spec = ModuleSpec(fullname, None, is_package=True)
        spec.submodule_search_locations = [os.path.dirname(PACKAGE)]
        return spec


class TooOld:
    """Finds nothing, and says that this Python is too old for the probes when it is about to serve something."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        """Say it once."""
        if fullname in SERVES and SAID not in os.environ:
            os.environ[SAID] = "1"
            here, needed = (".".join(map(str, version)) for version in (sys.version_info[:2], OLDEST))
            sys.stderr.write(
                f"Gatescope: this project runs on Python {here} and is not observed: the probes need {needed}.\n"
            )


def _start() -> None:
    finders: Any = sys.meta_path
    if sys.version_info >= OLDEST:
        import importlib

        finders.append(OwnPackage)
        names = ("gatescope", os.path.basename(PACKAGE), os.path.basename(AUTOSTART), "hook")
        importlib.import_module(".".join(names)).install()
    elif os.environ.get("GATESCOPE_DISABLED", "0") == "0":
        finders.insert(0, TooOld())


def _import_next() -> None:
    """Import the `sitecustomize` that stands behind this one on the path, as if this one were not there."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != FOLDER]
    this = sys.modules.pop("sitecustomize", None)
    try:
        import sitecustomize  # type: ignore[import-not-found] # noqa: F401
    except ImportError as problem:
        if problem.name != "sitecustomize":
            raise
        if this is not None:
            sys.modules["sitecustomize"] = this  # the import system expects to find there what it has imported


try:
    _start()
except Exception as problem:  # noqa: BLE001 - the project starts in any case
    sys.stderr.write(f"Gatescope: this process is not observed: {type(problem).__name__}: {problem}\n")
_import_next()
