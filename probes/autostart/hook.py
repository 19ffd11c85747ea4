"""Waits, in each Python process of a project, for what serves: a server, a framework, a worker of tasks.

Until one is imported nothing else of the instrument is: a process that serves nothing pays for a table of names.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

from ..company.imports import ImportWatch
from . import libraries

WAITED_FOR = {
    "celery.worker": "tasks",
    "django.core.handlers.base": "django_project",
    "django.core.management.commands.runserver": "django_project",
    **dict.fromkeys(
        (
            *("cheroot.wsgi", "daphne.server", "flask.app", "gevent.pywsgi", "granian.asgi", "granian.wsgi"),
            *("gunicorn.workers.base", "gunicorn.workers.gasgi", "hypercorn.app_wrappers", "starlette.applications"),
            *("uvicorn.config", "waitress.server", "werkzeug.serving", "wsgiref.simple_server"),
        ),
        "servers",
    ),
}
"""A module, and which of ours observes what it has."""


def install() -> None:
    """Wait for what serves. To be called once, before anything of the project is imported."""
    libraries.install()
    sys.meta_path.insert(0, ServerWatch({name: partial(_observe, name) for name in WAITED_FOR}))


def _observe(name: str) -> None:
    """Observe what the module ``name``, which was just imported, has."""
    observe: Callable[[str], object] = import_module(f".{WAITED_FOR[name]}", __package__).observe
    observe(name)


class ServerWatch(ImportWatch):
    """Waits for modules with known names, and for the one that uWSGI was told to serve.

    uWSGI looks that up in C. What it was told is known to its module `uwsgi`, which it makes once Python runs.
    """

    _has_met_uwsgi = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the specification that the other finders have for a module that is waited for; otherwise None."""
        if not self._has_met_uwsgi and "uwsgi" in sys.modules:
            self._has_met_uwsgi = True
            from .uwsgi import entry, observe

            module, application = entry()
            self.wait_for(module, partial(observe, module, application))
        return super().find_spec(fullname, path, target)
