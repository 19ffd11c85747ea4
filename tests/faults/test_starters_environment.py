"""What stands in the environment of whoever starts Gatescope changes nothing of the laboratory."""

import os
import sys
from pathlib import Path

import pytest

from tests.support.demo import gatescope
from tests.support.programs import here

SERVERS = (*here(["mod_wsgi"]), "gunicorn-gthread", "uvicorn")


@pytest.fixture
def other_home(tmp_path: Path) -> Path:
    """A folder of programs with another Python of the same minor version, whose library is not the system's."""
    library = tmp_path / "other" / "lib" / f"python3.{sys.version_info.minor}"
    library.mkdir(parents=True)
    (library / "os.py").write_text("raise ImportError('the library of another Python')")
    programs = tmp_path / "other" / "bin"
    programs.mkdir()
    for name in ("python", "python3", f"python3.{sys.version_info.minor}"):
        (programs / name).symlink_to(sys.executable)
    return programs


@pytest.mark.few
def test_a_developers_environment_changes_nothing(
    tmp_path: Path, other_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup = tmp_path / "startup.py"
    startup.write_text("raise SystemExit('somebody read PYTHONSTARTUP')")
    for name, value in {
        "DJANGO_SETTINGS_MODULE": "mysite.settings",
        "OTEL_SDK_DISABLED": "true",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "3",
        "OTEL_TRACES_SAMPLER": "always_off",
        "GATESCOPE_DISABLED": "1",
        "PYTHONDEVMODE": "1",
        "PYTHONSAFEPATH": "1",
        "PYTHONSTARTUP": str(startup),
        "PYTHONWARNINGS": "error",
        "PYTHONOPTIMIZE": "2",
        "VIRTUAL_ENV": "/no/such/environment",
        "LD_BIND_NOW": "1",
        "WEB_CONCURRENCY": "3",
        "GUNICORN_CMD_ARGS": "--workers=3",
        "UWSGI_PROCESSES": "3",
        "http_proxy": "http://127.0.0.1:9",
        "LC_ALL": "C",
        "PATH": f"{other_home}:{os.environ['PATH']}",
    }.items():
        monkeypatch.setenv(name, value)
    with gatescope(tmp_path / "data", *SERVERS) as demo:
        run = demo.run(SERVERS, "query", count=3, concurrency=3)
        for name in SERVERS:
            requests = run["servers"][name]["requests"]
            assert [request["status"] for request in requests] == [200, 200, 200], name
            assert all(request["view_s"] > 0 for request in requests), f"{name} sent nothing"
            spans = demo.http.get(f"/traces/{requests[0]['trace_id']}").json()["spans"]
            assert {"server", "middleware", "view", "query"} <= {span["stage"] for span in spans}
            assert len(next(span for span in spans if span["stage"] == "server")["attributes"]) > 3
