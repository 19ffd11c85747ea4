"""`gatescope run`: what cannot be run is refused in one sentence, and what can be becomes the command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from dashboard.lib.installation import ROOT


def run(*arguments: str, folder: Path, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GATESCOPE_", "OTEL_"))}
    return subprocess.run(
        [sys.executable, "-m", "gatescope", "run", *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": str(ROOT), "GATESCOPE_DATA": str(folder / "data"), **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def somebody(answer: bytes) -> Iterator[int]:
    """Have another program answer on a port; give the port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


ELSEWHERE = {"GATESCOPE_ENDPOINT": "http://127.0.0.1:9/v1/traces"}


@pytest.mark.parametrize(
    ("command", "status", "sentence"),
    [
        ([], 2, "which command starts your server?"),
        (["--", "gunicron", "mysite.wsgi"], 127, "there is no command gunicron here"),
        (["--", "./manage.py", "runserver"], 126, "python ./manage.py"),
        (["--", "./notes.txt"], 126, "./notes.txt is not a program that can be executed"),
        (["--port", "web", "--", "true"], 2, "The port must be a number from 1 to 65535"),
    ],
    ids=["none", "unknown", "script", "text", "port"],
)
def test_a_command_that_cannot_be_run_is_refused_in_a_sentence(
    tmp_path: Path, command: list[str], status: int, sentence: str
) -> None:
    for name in ("manage.py", "notes.txt"):
        (tmp_path / name).write_text("")
    done = run(*command, folder=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr.splitlines()[-1]


def test_the_command_has_its_own_status_input_and_output(tmp_path: Path) -> None:
    program = "import sys; print(sys.stdin.read()); print('to err', file=sys.stderr); sys.exit(7)"
    done = run("--", sys.executable, "-c", program, folder=tmp_path, stdin="asked", **ELSEWHERE)
    assert (done.returncode, done.stdout) == (7, "asked\n")
    said, own = done.stderr.splitlines()
    assert said == "Gatescope: the probes send to http://127.0.0.1:9/v1/traces, as GATESCOPE_ENDPOINT says."
    assert own == "to err"


def test_the_projects_variables_stay_the_projects(tmp_path: Path) -> None:
    given = {"PORT": "1", "DATABASE_URL": "x", "OTEL_SERVICE_NAME": "shop", "PYTHONPATH": str(ROOT)}
    show = f"import os; print([os.environ[name] for name in {sorted(given)}], os.environ['GATESCOPE_SERVICE'])"
    done = run("--name", "stage name", "--", sys.executable, "-c", show, folder=tmp_path, **given, **ELSEWHERE)
    hook = ROOT / "probes" / "autostart" / "site"
    paths = f"{hook}{os.pathsep}{ROOT}"
    assert done.stdout == f"{['x', 'shop', '1', paths]} stage name\n"


def test_switched_off_the_command_runs_as_if_we_were_not_there(tmp_path: Path) -> None:
    show = "import os; print('GATESCOPE_LIBRARIES' in os.environ)"
    done = run("--", sys.executable, "-c", show, folder=tmp_path, GATESCOPE_DISABLED="1")
    assert (done.returncode, done.stdout) == (0, "False\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"hello", "is taken by"),
        (b'{"status": "ok", "version": "0.0.7", "servers": {}}', "is Gatescope 0.0.7, this is"),
    ],
    ids=["another program", "another version"],
)
def test_what_else_is_on_the_port_is_named(tmp_path: Path, answer: bytes, sentence: str) -> None:
    with somebody(answer) as port:
        done = run("--port", str(port), "--", "true", folder=tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert sentence in line
    assert f"choose another port: gatescope run --port {port + 1} -- …" in line
