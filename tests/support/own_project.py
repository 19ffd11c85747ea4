"""A Django project that nobody here wrote, as `django-admin startproject` makes it, with the probes added to it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.lib.installation import ROOT
from tests.probes.servers import run, wait_for
from tests.support.ports import free_port

MANAGE = ("manage.py", "runserver", "--noreload", "127.0.0.1:{port}")
UVICORN = ("-m", "uvicorn", "mysite.asgi:application", "--port", "{port}", "--log-level", "warning")


@dataclass(frozen=True)
class OwnProject:
    """A project in a folder of its own."""

    folder: Path

    @contextmanager
    def serving(self, service: str, endpoint: str, command: Sequence[str] = MANAGE) -> Iterator[str]:
        """Serve it with a command of Python's; give its address. Its spans are those of ``service``."""
        port = free_port()
        whole = [sys.executable, *(part.format(port=port) for part in command)]
        # The folder of the project comes first, as it does when its developer starts it there.
        path = os.pathsep.join((str(self.folder), str(ROOT)))
        named = {"OTEL_SERVICE_NAME": service, "DJANGO_SETTINGS_MODULE": "mysite.settings"}
        with run(whole, endpoint, cwd=str(self.folder), PYTHONPATH=path, **named) as process:
            wait_for(port, process)
            yield f"http://127.0.0.1:{port}"


def start_project(folder: Path) -> OwnProject:
    """Make the project ``mysite`` in ``folder`` and add the one line of the README to it."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", str(folder)], check=True)
    settings = folder / "mysite" / "settings.py"
    text = settings.read_text()
    settings.write_text(re.sub(r"INSTALLED_APPS = \[", 'INSTALLED_APPS = [\n    "probes.django",', text))
    return OwnProject(folder)
