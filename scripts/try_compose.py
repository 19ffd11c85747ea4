"""Tries docker-compose.yml with a real engine where no image can be pulled: kill, slow start, reboot, another order.

As root on Debian or Ubuntu, with a Docker engine that runs, `debootstrap`, and network to the package registries:

    sudo .venv/bin/python scripts/try_compose.py            # builds what is missing in var/compose, then tries
    sudo .venv/bin/python scripts/try_compose.py --clean    # removes containers, volumes and images

Images are stand-ins under the names of the real ones, all from one root file system of Debian (trixie: its Compose
is new enough; bookworm's 1.29 refuses the file). They keep what the file relies on: users, paths, entry points, and a
PostgreSQL that is up on its socket alone while it makes its database. Prints a line for each thing tried; the exit
status is 1 when one does not hold.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "var" / "compose"
SYSTEM = WORK / "system"
SUITE, MIRROR = "trixie", "http://deb.debian.org/debian"
PYTHON = "3.13"
PACKAGES = "apache2 libapache2-mod-wsgi-py3 nginx python3-venv redis-server postgresql wget docker-compose"
BASE = "gatescope-stand-in"
PROJECT = "gatescope-trial"
PORT = 18_480
URL = f"http://127.0.0.1:{PORT}"
PAGE_WITHIN_S = 2.0
UP_WITHIN_S = 420

POSTGRES = """#!/bin/sh
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    initdb --username "$POSTGRES_USER" --auth trust >/dev/null
    echo 'host all all all trust' >>"$PGDATA/pg_hba.conf"
    pg_ctl --options "-c listen_addresses=''" --wait start >/dev/null
    sleep 10
    createdb --username "$POSTGRES_USER" --host /var/run/postgresql "$POSTGRES_DB"
    pg_ctl --mode fast --wait stop >/dev/null
fi
exec postgres -c listen_addresses='*'
"""
STAND_INS = {
    "nginx:stable-alpine": 'CMD ["nginx", "-g", "daemon off;"]',
    "redis:8-alpine": 'CMD ["redis-server"]',
    "postgres:17-alpine": """
ENV PATH=/usr/lib/postgresql/17/bin:/usr/sbin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data
RUN useradd --uid 70 --no-create-home pg && mkdir -p $PGDATA && chown 70 $PGDATA && chmod 700 $PGDATA
COPY postgres-entrypoint /
ENTRYPOINT ["/postgres-entrypoint"]
""",
}


def run(*command: str | Path, **options: object) -> str:
    """Run a command and return what it prints; its errors are shown. Raises CalledProcessError."""
    done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603
        command, check=True, text=True, stdout=subprocess.PIPE, **options
    )
    return str(done.stdout)


def compose(*arguments: str) -> str:
    """Run a command of Compose on the project."""
    environment = {name: value for name, value in os.environ.items() if name != "GATESCOPE_HOST"}
    environment |= {"PORT": str(PORT), "HOST": "the-name-of-a-machine", "DOCKER_CONFIG": str(WORK / "cli")}
    return run("docker", "compose", "--project-name", PROJECT, *arguments, cwd=ROOT, env=environment)


def build() -> None:
    """Make the root file system, once, and the images from it."""
    if not (SYSTEM / "opt" / "gatescope" / "bin" / "django-admin").exists():
        shutil.rmtree(SYSTEM, ignore_errors=True)
        WORK.mkdir(parents=True, exist_ok=True)
        run("debootstrap", "--variant=minbase", SUITE, SYSTEM, MIRROR)
        chroot = ("chroot", SYSTEM, "env", "DEBIAN_FRONTEND=noninteractive")
        run(*chroot, "apt-get", "update", "--quiet=2")
        run(*chroot, "apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", *PACKAGES.split())
        install_packages()
    plugin = WORK / "cli" / "cli-plugins" / "docker-compose"
    plugin.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(SYSTEM / "usr" / "libexec" / "docker" / "cli-plugins" / "docker-compose", plugin)
    if not run("docker", "images", "--quiet", BASE).strip():
        with subprocess.Popen(["tar", "-C", SYSTEM, "-c", "."], stdout=subprocess.PIPE) as tar:  # noqa: S603, S607
            run("docker", "import", "-", BASE, stdin=tar.stdout)
    for image, lines in STAND_INS.items():
        folder = WORK / "images" / image.partition(":")[0]
        folder.mkdir(parents=True, exist_ok=True)
        entrypoint = folder / "postgres-entrypoint"
        entrypoint.write_text(POSTGRES)
        entrypoint.chmod(0o755)
        (folder / "Dockerfile").write_text(f"FROM {BASE}\n{lines}\n")
        run("docker", "build", "--quiet", "--tag", image, folder)
    run("docker", "build", "--quiet", "--tag", "gatescope", "--file", "-", ROOT, input=own_dockerfile())


def install_packages() -> None:
    """Install the Python packages: downloaded here, since a container has no way to the registries."""
    wheels = SYSTEM / "wheels"
    platforms = [f"--platform=manylinux{version}_x86_64" for version in ("2014", "_2_17", "_2_28")]
    wanted = ("--requirement", ROOT / "requirements.lock", "psycopg[binary]>=3.2", "--dest", wheels)
    only = ("--only-binary=:all:", f"--python-version={PYTHON}", *platforms)
    run(sys.executable, "-m", "pip", "download", "--quiet", *only, *wanted)
    run("chroot", SYSTEM, "python3", "-m", "venv", "/opt/gatescope")
    names = [f"/wheels/{wheel.name}" for wheel in wheels.iterdir()]
    run("chroot", SYSTEM, "/opt/gatescope/bin/pip", "install", "--quiet", "--no-index", *names)
    shutil.rmtree(wheels)


def own_dockerfile() -> str:
    """Return our Dockerfile without the steps that need a network: their results are in the stand-in."""
    lines = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    kept = [line for line in lines if not line.startswith(("ARG BASE", "FROM", "COPY requirements.lock"))]
    kept = [line for line in kept if not ("apt-get" in line or "pip install" in line or "-m venv" in line)]
    return "\n".join((f"FROM {BASE}", *kept))


def get(path: str, timeout: float = 60.0) -> bytes:
    """Ask for a page as a new viewer would. Raises OSError."""
    with urllib.request.urlopen(URL + path, timeout=timeout) as answer:  # noqa: S310 -- our own address
        return bytes(answer.read())


def up() -> int:
    """Return how many servers are up."""
    try:
        servers = json.loads(get("/healthz"))["servers"]
    except (OSError, ValueError):
        return 0
    return sum(server["state"] == "running" for server in servers.values())


def wait_for(condition: Callable[[], bool], seconds: float = UP_WITHIN_S) -> float:
    """Return after how many seconds it was true. Raises TimeoutError."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError
        time.sleep(0.5)
    return time.monotonic() - began


@contextmanager
def spans_are_sent(answers: list[int]) -> Iterator[None]:
    """Send a body of spans every tenth of a second meanwhile, and note the status of each answer."""
    over = threading.Event()

    def send() -> None:
        while not over.is_set():
            span = {"traceId": f"{random.getrandbits(128):032x}", "spanId": f"{random.getrandbits(64):016x}"}
            span |= {"name": "trial", "startTimeUnixNano": "1", "endTimeUnixNano": "2"}
            body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
            told = {"content-type": "application/json"}
            request = urllib.request.Request(f"{URL}/v1/traces", body, told)  # noqa: S310
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                    answers.append(answer.status)
            except urllib.error.HTTPError as error:
                answers.append(error.code)
            except OSError:
                answers.append(0)
            over.wait(0.1)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        over.set()
        sender.join()


def slowest_page(times: int = 20) -> float:
    """Return how long the slowest of some pages took, each asked for by a new viewer, in seconds."""
    slowest = 0.0
    for _ in range(times):
        began = time.monotonic()
        try:
            get("/")
        except OSError as error:
            print(f"    {error}")
            return 60.0
        slowest = max(slowest, time.monotonic() - began)
    return slowest


class Trial:
    """Everything that is tried, one after the other."""

    def __init__(self) -> None:
        self.failed = 0

    def say(self, held: bool, sentence: str) -> None:
        """Print a line for one thing that was tried."""
        self.failed += not held
        print(f"{'ok  ' if held else 'FAIL'} {sentence}", flush=True)

    def all_up(self, after: str) -> None:
        """Wait for every server and say how long it took."""
        try:
            seconds = wait_for(lambda: up() >= self.servers)
        except TimeoutError:
            self.say(held=False, sentence=f"{after}: {up()} of {self.servers} servers are up after {UP_WITHIN_S} s")
        else:
            self.say(held=True, sentence=f"{after}: {self.servers} servers are up after {seconds:.0f} s more")

    def first_start(self) -> None:
        """A database that is slow to start, and HOST exported as a machine's name."""
        compose("up", "--detach", "--no-build")
        wait_for(lambda: up() > 0)
        self.servers = len(json.loads(get("/healthz"))["servers"])
        self.all_up("first start, with a slow database")

    def kill_a_dashboard(self, name: str) -> None:
        """The other answers at once, and takes the spans."""
        answers: list[int] = []
        with spans_are_sent(answers):
            time.sleep(1)
            compose("kill", name)
            slowest = slowest_page()
            time.sleep(3)
            compose("start", name)
            wait_for(lambda: "healthy" in compose("ps", name))
        lost = [status for status in answers if status != 200]  # noqa: PLR2004
        self.say(slowest < PAGE_WITHIN_S, f"{name} killed: the slowest of 20 pages took {slowest:.2f} s")
        self.say(not lost, f"{name} killed: {len(answers)} bodies of spans were sent, {len(lost)} lost {lost or ''}")

    def another_order(self, order: Sequence[str]) -> None:
        """Everything stops, and starts in another order, so that names have other addresses."""
        compose("kill")
        for name in order:
            compose("start", name)
        self.all_up(f"started in another order ({order[0]} first, {order[-1]} last)")
        slowest = slowest_page()
        self.say(slowest < PAGE_WITHIN_S, f"and the slowest of 20 pages took {slowest:.2f} s")

    def reboot(self) -> None:
        """The engine ends and starts all containers by itself, in no order."""
        names = run("docker", "ps", "--quiet", "--filter", f"label=com.docker.compose.project={PROJECT}").split()
        run("docker", "restart", "--time", "1", *names)
        self.all_up("all restarted by the engine")


def main(arguments: Sequence[str]) -> int:
    """Build, try, and return the exit status."""
    if "--clean" in arguments:
        compose("down", "--volumes", "--timeout", "1")
        run("docker", "rmi", "--force", "gatescope", *STAND_INS, BASE)
        return 0
    build()
    trial = Trial()
    try:
        trial.first_start()
        trial.kill_a_dashboard("dashboard-1")
        trial.kill_a_dashboard("dashboard-2")
        trial.reboot()
        services = compose("config", "--services").split()
        trial.another_order([*sorted(services, reverse=True)])
        volumes = run("docker", "volume", "ls", "--quiet", "--filter", "dangling=true").split()
        trial.say(not volumes, f"{len(volumes)} anonymous volumes are left")
    finally:
        (WORK / "log.txt").write_text(compose("logs", "--no-color"))
        compose("down", "--volumes", "--timeout", "1")
    return 1 if trial.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
