"""The two packages: what is in them, and the command of the installed one, in an environment that has no checkout."""

import json
import os
import signal
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import httpx
import pytest

from dashboard import __version__
from dashboard.fleet.layout import FleetLayout
from dashboard.lib.installation import ROOT
from tests.packages.conftest import Environment
from tests.support.demo import free_layout

CARRIED = ("dashboard", "probes", "samples", "static", "templates")
COLLIDING = ("dashboard", "gatescope_probes", "probes", "samples")
OTLP = {
    "resourceSpans": [
        {
            "scopeSpans": [
                {
                    "spans": [
                        {
                            "traceId": "0123456789abcdef0123456789abcdef",
                            "spanId": "0123456789abcdef",
                            "name": "GET",
                            "startTimeUnixNano": "1800000000000000000",
                            "endTimeUnixNano": "1800000001000000000",
                        }
                    ]
                }
            ]
        }
    ]
}


def names_in(wheel: Path) -> set[PurePosixPath]:
    with zipfile.ZipFile(wheel) as archive:
        return {PurePosixPath(name) for name in archive.namelist()}


def files_of_git(*folders: str) -> set[PurePosixPath]:
    listed = subprocess.run(["git", "ls-files", "-z", *folders], cwd=ROOT, capture_output=True, check=True, text=True)
    return {PurePosixPath(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


def test_the_package_carries_every_file_and_has_one_name_at_the_top(wheels: dict[str, Path]) -> None:
    names = names_in(wheels["gatescope"])
    wanted = {PurePosixPath("gatescope/_root", name) for name in files_of_git(*CARRIED)}
    assert wanted - names == set()
    assert {name.parts[0] for name in names} == {"gatescope", f"gatescope-{__version__}.dist-info"}


def test_the_probes_alone_are_a_namespace_that_needs_opentelemetry_only(wheels: dict[str, Path]) -> None:
    names = names_in(wheels["gatescope-probes"])
    assert {PurePosixPath("gatescope", name) for name in files_of_git("probes")} - names == set()
    assert PurePosixPath("gatescope/__init__.py") not in names
    assert names.isdisjoint(names_in(wheels["gatescope"]))
    with zipfile.ZipFile(wheels["gatescope-probes"]) as archive:
        metadata = archive.read(f"gatescope_probes-{__version__}.dist-info/METADATA").decode()
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist")]
    assert all("opentelemetry-" in line for line in needed)
    assert len(needed) == 2


@pytest.mark.long
@pytest.mark.timeout(400)
def test_both_packages_work_in_one_environment_whatever_comes_and_goes_first(
    wheels: dict[str, Path], make_environment: Callable[[], Environment], tmp_path: Path
) -> None:
    environment = make_environment()

    def has_probes() -> bool:
        command = [str(environment.python), "-c", "import gatescope.probes.django.install, gatescope.probes.asgi"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    installed: set[str] = set()
    for change, name in (
        ("+", "gatescope"), ("+", "gatescope-probes"), ("-", "gatescope"), ("+", "gatescope"),
        ("-", "gatescope-probes"), ("+", "gatescope-probes"), ("-", "gatescope-probes"), ("-", "gatescope"),
    ):  # fmt: skip
        if change == "+":
            environment.install(wheels[name])
        else:
            environment.pip("uninstall", "--yes", name)
        installed ^= {name}
        assert has_probes() == bool(installed), f"{change}{name}: {installed}"


@dataclass(frozen=True, slots=True)
class Guest:
    """The installed command, used in the folder of a project that has packages of the same names as ours."""

    environment: Environment
    project: Path
    data: Path
    layout: FleetLayout

    @property
    def settings(self) -> dict[str, str]:
        """Its environment variables: no data folder is named, so the platform's is taken."""
        own = {"XDG_DATA_HOME": str(self.data), "GATESCOPE_DATA": "", "GATESCOPE_PORT": str(self.layout.port)}
        return {**os.environ, **own}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        command = [str(self.environment.gatescope), *arguments]
        return subprocess.run(
            command, cwd=self.project, env=self.settings, capture_output=True, text=True, timeout=90, check=False
        )

    @contextmanager
    def serve(self, *arguments: str, until: str) -> Iterator[httpx.Client]:
        """Run a dashboard until it has printed this; end it afterwards, which must leave the exit status 0."""
        with subprocess.Popen(
            [str(self.environment.gatescope), *arguments],
            cwd=self.project,
            env=self.settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            try:
                printed = read_until(process, until)
                assert until in printed, printed
                html = {"accept": "text/html"}
                with httpx.Client(base_url=self.layout.dashboard_url, headers=html, trust_env=False) as http:
                    yield http
            finally:
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=60)
        assert process.returncode == 0


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    """Return what was printed, up to the line with this text, or all where none has it."""
    assert process.stdout
    printed = ""
    for line in process.stdout:
        printed += line
        if text in line:
            break
    return printed


@pytest.fixture
def guest(wheels: dict[str, Path], make_environment: Callable[[], Environment], tmp_path: Path) -> Guest:
    environment = make_environment()
    environment.install(wheels["gatescope"])
    project = tmp_path / "project"
    for name in COLLIDING:
        (project / name).mkdir(parents=True)
        (project / name / "__init__.py").write_text("raise ImportError('the project\\'s own')")
    (project / "traces.json").write_text(json.dumps(OTLP))
    return Guest(environment, project, tmp_path / "data", free_layout())


@pytest.mark.timeout(300)
def test_the_installed_command_works_beside_a_project_with_packages_of_the_same_names(guest: Guest) -> None:
    assert guest.run("--version").stdout == f"gatescope {__version__}\n"
    assert guest.run("fier").stderr == "There is no command gatescope fier. Did you mean fire?\n"
    with guest.serve("demo", "--only", "uvicorn", until="  uvicorn") as http:
        assert http.get("/healthz").json()["servers"]["uvicorn"]["state"] == "running"
        assert http.get("/static/js/pages/main.js").status_code == http.get("/lessons").status_code == 200
        fired = json.loads(guest.run("fire", "uvicorn", "query", "--count", "2", "--json").stdout)
        assert [request["status"] for request in fired["servers"]["uvicorn"]["requests"]] == [200, 200]
        assert fired["servers"]["uvicorn"]["view_s"] > 0  # so the probes in the sample sent what they saw
        opened = guest.run("open", "traces.json", "--no-browser")
        assert http.get(opened.stdout.strip()).status_code == 200
    assert (guest.data / "gatescope" / "gatescope.sqlite3").is_file()
    assert sorted(path.name for path in guest.project.iterdir()) == sorted((*COLLIDING, "traces.json"))


@pytest.mark.long
@pytest.mark.timeout(400)
def test_the_installed_preflight_names_what_a_dashboard_without_servers_lacks(guest: Guest) -> None:
    with guest.serve("watch", until="Gatescope is ready"):
        checked = guest.run("preflight", "--json")
    checks = {check["name"]: check["fine"] for check in json.loads(checked.stdout)["checks"]}
    assert (checked.returncode, checks["clock"], checks["lesson 1"]) == (1, True, False)
