"""`manage.py demo` as a user runs it: wrong words, the way up, and the way down by every signal."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.management.base import OutputWrapper
from django.db import OperationalError

from dashboard.access.roles import Access
from dashboard.cli import demo as demo_module
from dashboard.cli.dashboard_report import ReportForPeople
from dashboard.fleet.layout import HIGHEST_DASHBOARD_PORT, FleetLayout
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT
from tests.fleet.helpers import nothing_left, wait_until
from tests.support.programs import here

REAL = here(entry.name for entry in SERVERS if not entry.on_demand)
SOME = ("gunicorn-sync", "uvicorn", "uwsgi")
"""Servers with and without workers, in the order in which they are started."""
ENDED_WITHIN_S = 15
"""About 2 s on an idle machine; the tests of others may run beside this one."""
GONE_WITHIN_S = 20

StartDemo = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder that the demo takes for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def start_demo(layout: FleetLayout, temporary: Path) -> Iterator[StartDemo]:
    """Starts a demo on `layout` with more options and settings; kills what a failed test left."""
    started: list[subprocess.Popen[str]] = []

    def start(*options: str, **settings: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "GATESCOPE_DATA": str(layout.data), "TMPDIR": str(temporary), **settings}
        command = [sys.executable, "manage.py", "demo", "--port", str(layout.port), *options]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, **streams))  # type: ignore[call-overload]
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _read_until(process: subprocess.Popen[str], text: str) -> str:
    """What was printed, up to the line with this text. Fails when the demo ends first."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError(f"{text!r} was not printed: {''.join(lines)} {process.communicate()}")


def _read_until_up(process: subprocess.Popen[str], servers: Sequence[str]) -> str:
    """What was printed, up to the last of these servers' lines."""
    printed = ""
    while not all(f"\n  {name} " in f"\n{printed}" for name in servers):
        printed += _read_until(process, "  ")
    return printed


@pytest.mark.parametrize(
    ("number", "servers"),
    [(signal.SIGTERM, REAL), (signal.SIGINT, SOME), (signal.SIGHUP, SOME)],
    ids=["SIGTERM", "SIGINT", "SIGHUP"],
)
def test_it_ends_with_every_server_when_asked_to(
    number: signal.Signals, servers: Sequence[str], start_demo: StartDemo, layout: FleetLayout, temporary: Path
) -> None:
    demo = start_demo("--only", ",".join(servers))
    _read_until_up(demo, servers)
    began = time.monotonic()
    demo.send_signal(number)
    printed, errors = demo.communicate()
    assert time.monotonic() - began < ENDED_WITHIN_S
    assert demo.returncode == 0
    assert printed.endswith("Gatescope has ended, and every server with it.\n")
    assert errors == ""
    assert nothing_left(layout)
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("own", ["page", "otlp"])
def test_it_does_not_pass_spans_on_to_itself(own: str, start_demo: StartDemo, layout: FleetLayout) -> None:
    port = layout.port if own == "page" else 4318
    url = f"http://localhost:{port}"
    demo = start_demo(GATESCOPE_FORWARD=url, GATESCOPE_OTLP_PORTS="4318,4317")
    printed, errors = demo.communicate(timeout=60)
    assert (demo.returncode, printed) == (2, "")
    assert errors.startswith(f"GATESCOPE_FORWARD={url} is this dashboard's own port: name the backend's")


def test_its_servers_end_when_it_is_killed(start_demo: StartDemo, layout: FleetLayout) -> None:
    demo = start_demo("--only", ",".join(SOME))
    _read_until_up(demo, SOME)
    demo.kill()
    assert nothing_left(layout, GONE_WITHIN_S)


def test_the_page_answers_before_the_servers_start_and_each_gets_its_line(
    start_demo: StartDemo, layout: FleetLayout
) -> None:
    demo = start_demo("--only", "uvicorn,gunicorn-sync")
    printed = _read_until(demo, "Gatescope is ready")
    assert f"http://127.0.0.1:{layout.port}/" in printed
    assert "running" not in printed
    assert httpx.get(f"{layout.dashboard_url}/healthz", trust_env=False).status_code == 200
    printed = _read_until_up(demo, ["uvicorn", "gunicorn-sync"])
    assert "  uvicorn           running" in printed
    assert "  gunicorn-sync     running" in printed
    states = httpx.get(f"{layout.dashboard_url}/healthz", trust_env=False).json()["servers"]
    assert {name for name, server in states.items() if server["state"] == "running"} == {"gunicorn-sync", "uvicorn"}


def test_it_ends_at_once_while_servers_are_starting(start_demo: StartDemo, layout: FleetLayout) -> None:
    demo = start_demo()
    _read_until(demo, "Gatescope is ready")
    demo.send_signal(signal.SIGINT)
    demo.communicate(timeout=20)
    assert demo.returncode == 0
    assert nothing_left(layout)


def test_it_ends_at_once_before_the_page_is_up(start_demo: StartDemo, layout: FleetLayout) -> None:
    demo = start_demo()
    _read_until(demo, "Preparing")
    demo.send_signal(signal.SIGTERM)
    _, errors = demo.communicate(timeout=20)
    assert (demo.returncode, errors) == (0, "")
    assert nothing_left(layout)


def test_its_port_taken_by_another_program_is_one_sentence(start_demo: StartDemo, layout: FleetLayout) -> None:
    with socket.create_server(("127.0.0.1", layout.port)):
        demo = start_demo()
        _, errors = demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert errors.startswith(f"Port {layout.port} is taken by ")
    assert f"pid {os.getpid()}" in errors
    assert errors.count("\n") == 1


def test_a_server_whose_port_is_taken_is_named_and_the_others_start(
    start_demo: StartDemo, layout: FleetLayout
) -> None:
    with socket.create_server(("127.0.0.1", layout.port + 100)):
        demo = start_demo("--only", "gunicorn-sync,uvicorn")
        printed = _read_until_up(demo, ["gunicorn-sync", "uvicorn"])
    assert f"gunicorn-sync     failed   Port {layout.port + 100} is taken by " in printed
    assert "uvicorn           running" in printed


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port", "x"], f"The port must be a number from 1 to {HIGHEST_DASHBOARD_PORT}"),
        (["--port", "0"], f"The port must be a number from 1 to {HIGHEST_DASHBOARD_PORT}"),
        (["--port", "65500"], f"The port must be a number from 1 to {HIGHEST_DASHBOARD_PORT}"),
        (["--only", "apache"], "There is no server called 'apache'. Choose from: gunicorn-sync, "),
        (["--only", ","], "--only names no server"),
        (["--host", "192.0.2.1"], "Cannot listen on 192.0.2.1"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_it_cannot_do_is_one_sentence(options: list[str], sentence: str, start_demo: StartDemo) -> None:
    demo = start_demo(*options)
    printed, errors = demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert printed == ""
    assert errors.startswith(sentence)
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("GATESCOPE_DATA", "/dev/null/data", "The data folder '/dev/null/data' cannot be made"),
        ("DEBUG", "maybe", "DEBUG='maybe': expected 1 or 0"),
        ("REDIS_URL", "http://127.0.0.1", "REDIS_URL='http://127.0.0.1': expected redis://"),
        ("REDIS_URL", "redis://[::1", "REDIS_URL='redis://[::1': expected redis://"),
        ("GATESCOPE_SERVERS", "uvicorn", "GATESCOPE_SERVERS has 'uvicorn': expected NAME=http://HOST:PORT"),
        ("GATESCOPE_SERVERS", "apache=http://a:1", "GATESCOPE_SERVERS has 'apache=http://a:1': expected NAME=http:"),
        ("DATABASE_URL", "foo://secret@host", "DATABASE_URL cannot be read: expected a URL such as sqlite:"),
    ],
)
def test_a_wrong_setting_is_one_sentence(setting: str, value: str, sentence: str, start_demo: StartDemo) -> None:
    demo = start_demo(**{setting: value})
    printed, errors = demo.communicate(timeout=30)
    assert (demo.returncode, printed) == (2, "")
    assert errors.startswith(sentence)
    assert errors.count("\n") == 1
    assert "secret" not in errors


def test_a_key_that_is_empty_is_one_sentence(start_demo: StartDemo, layout: FleetLayout) -> None:
    layout.data.mkdir(exist_ok=True)
    (layout.data / "secret_key").write_text("")
    demo = start_demo()
    _, errors = demo.communicate(timeout=30)
    assert demo.returncode == 2
    assert errors == f"{layout.data}/secret_key is empty: delete it, and the next start makes a new key.\n"


def test_a_database_that_is_none_is_one_sentence(start_demo: StartDemo, layout: FleetLayout) -> None:
    layout.data.mkdir(exist_ok=True)
    (layout.data / "gatescope.sqlite3").write_text("no database" * 1000)
    demo = start_demo()
    _, errors = demo.communicate(timeout=30)
    assert demo.returncode == 1
    assert errors.startswith(f"The database {layout.data}/gatescope.sqlite3 cannot be used: file is not a database.")
    assert errors.count("\n") == 1


def test_ctrl_c_before_the_first_line_leaves_no_traceback(start_demo: StartDemo, layout: FleetLayout) -> None:
    demo = start_demo()
    # The settings are being read, long before anything is printed.
    assert wait_until((layout.data / "secret_key").exists, 20)
    demo.send_signal(signal.SIGINT)
    _, errors = demo.communicate(timeout=20)
    assert demo.returncode in {0, 130, -signal.SIGINT}
    assert errors == ""


def test_host_and_port_come_from_the_environment(layout: FleetLayout) -> None:
    demo = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={**os.environ, "GATESCOPE_DATA": str(layout.data), "PORT": "nonsense"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert demo.returncode == 2
    assert "'nonsense'" in demo.stderr


def test_beyond_loopback_it_prints_keys_and_lets_nobody_in_without_one(
    start_demo: StartDemo, layout: FleetLayout
) -> None:
    demo = start_demo("--only", "uvicorn", HOST="0.0.0.0")
    printed = _read_until(demo, "Class: ")
    link = printed.partition("Presenter: ")[2].split()[0]
    with httpx.Client(base_url=layout.dashboard_url, headers={"accept": "application/json"}, trust_env=False) as http:
        assert http.get("/fleet").status_code == 403
        assert http.get("/join", params={"code": link.partition("code=")[2]}).status_code == 302
        assert http.get("/fleet").status_code == 200


def test_a_database_that_is_away_is_waited_for_and_then_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def migrate(*_: object, **__: object) -> None:
        asked.append(1)
        raise OperationalError("connection refused\n\tIs the server\x1b[2J running?")

    engine = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "gatescope",
        "HOST": "postgres",
        "PASSWORD": "secret",
    }
    monkeypatch.setattr(demo_module, "DATABASE_WITHIN_S", 0.5)
    monkeypatch.setattr(demo_module, "DATABASE_RETRY_S", 0.05)
    monkeypatch.setattr(demo_module, "call_command", migrate)
    monkeypatch.setattr(settings, "DATABASES", {"default": engine})
    with pytest.raises(demo_module.DemoError) as refused:
        demo_module.Demo(Fleet(), Access(), [], ReportForPeople(OutputWrapper(sys.stdout)))._migrate()
    assert len(asked) > 2
    assert str(refused.value) == (
        "The database gatescope at postgres cannot be used: connection refused Is the server\\x1b[2J running?. "
        "Start it, or see DATABASE_URL."
    )


@pytest.mark.parametrize(
    ("host", "port", "names", "url"),
    [
        ("127.0.0.1", "8080", [], "http://127.0.0.1:8080"),
        ("0.0.0.0", "8080", ["class.example"], "http://class.example:8080"),
        ("0.0.0.0", "8080", [], "http://THIS-MACHINE:8080"),
        ("gatescope.example", "", [], "http://gatescope.example:8484"),
        ("", "", [], "http://127.0.0.1:8484"),
    ],
)
def test_the_address_that_it_names_is_the_published_one(
    host: str, port: str, names: list[str], url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting, value in {"PUBLISHED_HOST": host, "PUBLISHED_PORT": port, "PUBLISHED_NAMES": names}.items():
        monkeypatch.setattr(settings, setting, value)
    assert demo_module.Demo(Fleet(), Access(), [], ReportForPeople(OutputWrapper(sys.stdout)))._address() == url
