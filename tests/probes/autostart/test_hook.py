"""The start-up hook changes nothing of a process, and loads nothing of the instrument before something is served."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.own_environment import OwnEnvironment

NOBODY = "http://127.0.0.1:9/v1/traces"

LOOK = """
import importlib.metadata, importlib.util, json, sys, threading
ours = [name for name in sys.modules if name.partition(".")[0] == "gatescope"]
print(json.dumps({
    "path": sys.path,
    "installed": sorted(each.metadata["Name"] for each in importlib.metadata.distributions()),
    "found": [name for name in ("opentelemetry", "typing_extensions", "probes", "dashboard", "samples")
              if importlib.util.find_spec(name)],
    "threads": threading.active_count(),
    "marked": hasattr(sys, "marked"),
    "libraries": [name for name in sys.modules if name.partition(".")[0] == "opentelemetry"],
}))
"""
ASK_DJANGO = """
from io import BytesIO
from django.core.wsgi import get_wsgi_application
def ask():
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "testserver", "SERVER_PORT": "80",
               "wsgi.input": BytesIO(), "HTTP_HOST": "localhost"}
    answers = []
    body = get_wsgi_application()(environ, lambda status, headers: answers.append(status))
    text = b"".join(body)
    body.close()
    return answers[0], len(text)
"""


def look(own: OwnEnvironment, folder: Path, environment: dict[str, str], program: str = LOOK) -> Any:
    done = subprocess.run(
        [own.python, "-c", program],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_a_process_finds_what_it_would_find_without_the_hook(own: OwnEnvironment, tmp_path: Path) -> None:
    assert look(own, tmp_path, own.observed(NOBODY)) == look(own, tmp_path, own.variables())


def test_the_next_sitecustomize_is_imported(own: OwnEnvironment, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.marked = True\n")
    seen = look(own, tmp_path, own.observed(NOBODY, PYTHONPATH=str(tmp_path)))
    assert seen["marked"]
    assert seen == look(own, tmp_path, own.variables(PYTHONPATH=str(tmp_path)))


def test_to_the_project_what_is_not_installed_is_not_there(own: OwnEnvironment, site: Path) -> None:
    program = f"""{ASK_DJANGO}
import importlib.metadata, json, sys
answer = ask()
print(json.dumps({{
    "answer": answer,
    "loaded": "opentelemetry.sdk.trace" in sys.modules,
    "installed": [each.metadata["Name"] for each in importlib.metadata.distributions()],
}}))
"""
    seen = look(own, site, own.observed(NOBODY, DJANGO_SETTINGS_MODULE="mysite.settings"), program)
    assert seen["answer"][0] == "200 OK"
    assert seen["loaded"]
    assert [name for name in seen["installed"] if name.startswith("opentelemetry")] == []


@pytest.mark.parametrize("command", [["manage.py", "check"], ["manage.py", "migrate", "--verbosity=0"]])
def test_a_command_that_serves_nothing_loads_no_probe(own: OwnEnvironment, site: Path, command: list[str]) -> None:
    loud = own.observed(NOBODY, PYTHONVERBOSE="1")
    done = subprocess.run(
        [own.python, *command], cwd=site, env=loud, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert "import 'gatescope.probes.autostart.hook'" in done.stderr
    assert "import 'gatescope.probes.wsgi'" not in done.stderr
    assert "import 'opentelemetry" not in done.stderr


def test_an_opentelemetry_that_does_not_do_is_named_in_one_sentence(own: OwnEnvironment, site: Path) -> None:
    """A project may have one that is too old, or too new: it is the project's, and stays what it is."""
    (site / "opentelemetry" / "context").mkdir(parents=True)
    (site / "opentelemetry" / "context" / "__init__.py").write_text("IS_THE_PROJECTS = True\n")
    program = f"{ASK_DJANGO}\nprint(*ask())\nfrom opentelemetry.context import IS_THE_PROJECTS"
    environment = own.observed(NOBODY, DJANGO_SETTINGS_MODULE="mysite.settings")
    done = subprocess.run(
        [own.python, "-c", program],
        cwd=site,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("200 OK ")
    sentence, *more = done.stderr.splitlines()
    assert more == [], done.stderr
    assert sentence.startswith("Gatescope: this project is not observed: the probes cannot be used here (ImportError")


def test_a_python_that_is_too_old_is_named_once_and_where_something_is_served(
    own: OwnEnvironment, site: Path, tmp_path: Path
) -> None:
    environment = own.observed(NOBODY, DJANGO_SETTINGS_MODULE="mysite.settings")
    hook = Path(environment["PYTHONPATH"])
    (tmp_path / "hook").mkdir()
    text = (hook / "sitecustomize.py").read_text()
    (tmp_path / "hook" / "sitecustomize.py").write_text(text.replace("OLDEST = (3, 11)", "OLDEST = (9, 9)"))
    serve = "import django.core.handlers.wsgi\n"
    program = f"{serve}import subprocess, sys\nsubprocess.run([sys.executable, '-c', {serve!r}], check=True)"
    environment["PYTHONPATH"] = str(tmp_path / "hook")
    for source, sentences in (("import json", 0), (program, 1)):
        done = subprocess.run(
            [own.python, "-c", source], env=environment, capture_output=True, text=True, timeout=60, check=True
        )
        assert len(done.stderr.splitlines()) == sentences
    assert done.stderr.endswith("is not observed: the probes need 9.9.\n")
