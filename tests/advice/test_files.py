"""Whatever can be recommended was started: every command line, unit, compose service and server block.

The answers are gone through one by one; of each configuration that differs in more than its numbers, one is started
as it stands in its file, but for addresses and folders. All run side by side.
"""

import configparser
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import yaml
from websockets import Origin
from websockets.sync.client import connect

from dashboard.advice.commands import build_command, to_shell_line
from dashboard.advice.files import build_files
from dashboard.advice.plan import Plan, plan_servers
from dashboard.advice.questions import QUESTIONS, Answers
from dashboard.fleet.entry import program_path
from dashboard.lib.installation import ROOT
from tests.support.ports import free_port
from tests.support.programs import IN_CI

UP_WITHIN_S = 40.0
END_WITHIN_S = 15.0
BIN = Path(sys.executable).parent
HOME = "/srv/samples"
STREAM_S = 1.0


@dataclass(frozen=True)
class Case:
    """One advice: the answers, the plan, and its files by kind."""

    answers: Answers
    plan: Plan
    texts: dict[str, list[str]] = field(hash=False)

    def commands(self) -> list[str]:
        """The command lines as the configuration has them, one for each server of the plan."""
        match self.answers.hosting:
            case "vm":
                return [exec_start(unit) for unit in self.texts["unit"]]
            case "containers":
                services = yaml.safe_load(self.texts["compose"][0])["services"].values()
                return [to_shell_line(service["command"]) for service in services if "build" in service]
            case _:
                return [self.texts["procfile"][0].removeprefix("web: ").strip()]


def exec_start(unit: str) -> str:
    """What a systemd unit starts, without the folder of its programs."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string(unit)
    return parser["Service"]["ExecStart"].removeprefix(f"{HOME}/.venv/bin/")


def all_cases() -> Iterator[Case]:
    for values in itertools.product(*([choice.value for choice in question.choices] for question in QUESTIONS)):
        # Several workers are another way of running for Uvicorn, and cost every server time here.
        traffic, work, live, code, middleware, hosting = values
        cores = 2 if "containers" in values else 1
        answers = Answers(traffic, work, live, code, middleware, hosting, cores, project="samples")
        chosen = plan_servers(answers)
        texts: dict[str, list[str]] = {}
        for file in build_files(answers, chosen):
            texts.setdefault(file.kind, []).append(file.text)
        yield Case(answers, chosen, texts)


def shape(line: str) -> str:
    """A command line without its numbers of workers and threads."""
    return re.sub(r"--(workers|threads) \d+", r"--\1 N", line)


CASES = list(all_cases())
COMMANDS = {shape(line): line for case in CASES for line in case.commands()}
"""One of each shape."""
BLOCKS = {text: case for case in CASES for text in case.texts.get("nginx", ())}
UNITS = {shape(text): text for case in CASES for text in case.texts.get("unit", ())}


@dataclass
class Started:
    """A server that was started from a command line of the advice, and whom it tells that it is ready."""

    line: str
    port: int
    process: subprocess.Popen[bytes]
    told: socket.socket
    log: Path


@contextmanager
def started(line: str, folder: Path) -> Iterator[Started]:
    port = free_port()
    here = re.sub(r"--port \d+", f"--port {port}", re.sub(r"(--bind [\d.]+):\d+", rf"\1:{port}", line))
    folder.mkdir()
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(str(folder / "notify"))
    environment = {
        **os.environ,
        "PATH": f"{BIN}:{os.environ.get('PATH', '')}",
        "PORT": str(port),
        "NOTIFY_SOCKET": str(folder / "notify"),
        "DJANGO_SETTINGS_MODULE": "samples.settings",
        "GATESCOPE_DATA": str(folder),
        "GATESCOPE_DISABLED": "1",
    }
    log = folder / "log"
    with log.open("wb") as output, told:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {here}"], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield Started(line, port, process, told, log)
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def hello(port: int, process: subprocess.Popen[bytes], log: Path) -> str:
    """What /hello/ answers once somebody listens."""
    deadline = time.monotonic() + UP_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{port}/hello/", trust_env=False, timeout=10).text
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"nobody listens: {log.read_text()}")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Started]]:
    """A server for each shape of command line."""
    folder = tmp_path_factory.mktemp("servers")
    with ExitStack() as stack:
        running = {
            key: stack.enter_context(started(line, folder / str(number)))
            for number, (key, line) in enumerate(COMMANDS.items())
        }
        yield running
        for one in running.values():
            one.process.terminate()


def test_the_command_line_that_is_shown_is_the_one_in_unit_container_and_procfile() -> None:
    for case in CASES:
        shown = case.texts["command"][0].strip().split("\n")
        built = [to_shell_line(build_command(one, "samples", case.answers.hosting)) for one in case.plan.servers]
        assert case.commands() == shown == built


def test_every_command_line_that_is_recommended_serves_the_project(servers: dict[str, Started]) -> None:
    assert {line.split()[0] for line in COMMANDS.values()} == {"gunicorn", "uvicorn"}
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda one: hello(one.port, one.process, one.log), servers.values()))
    assert answers == ["Hello.\n"] * len(COMMANDS)


def test_systemd_is_told_when_a_unit_of_type_notify_is_ready(servers: dict[str, Started]) -> None:
    assert all("Type=notify" in text for text in UNITS.values())
    for key in {shape(exec_start(text)) for text in UNITS.values()}:
        servers[key].told.settimeout(UP_WITHIN_S)
        assert b"READY=1" in servers[key].told.recv(4096)


@pytest.mark.skipif(
    not IN_CI and not shutil.which("systemd-analyze"),
    reason="systemd-analyze is not installed: apt-get install systemd",
)
def test_systemd_finds_no_fault_in_any_unit(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(BIN.parent)
    paths = []
    for number, text in enumerate(UNITS.values()):
        paths.append(tmp_path / f"samples-{number}.service")
        paths[-1].write_text(text.replace(HOME, str(tmp_path)))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def with_the_old_default(block: str) -> str:
    """The block as it would be with HTTP/1.0: only buffering then decides whether events pass at once."""
    return block.replace("proxy_http_version 1.1;", "proxy_http_version 1.0;").replace(
        "location /ws/", "location /no/"
    )


def through_nginx(block: str, case: Case, servers: dict[str, Started], folder: Path) -> list[str]:
    """Start nginx with the block and ask through it; what went wrong, if anything."""
    port = free_port()
    text = block.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/events/", "/notifications/")
    for server, line in zip(case.plan.servers, case.commands(), strict=True):
        address = f"127.0.0.1:{servers[shape(line)].port}"
        text = re.sub(rf"(upstream samples_{server.name} \{{ server) [\w.-]+:\d+", rf"\1 {address}", text)
    folder.mkdir()
    (folder / "block.conf").write_text(text)
    temporary = "".join(f"{kind}_temp_path {kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        "daemon off; master_process off; pid nginx.pid; error_log stderr; events {}\n"
        f"http {{ access_log off; {temporary} include block.conf; }}\n"
    )
    log = folder / "log"
    nginx = [str(program_path("nginx")), "-e", "stderr", "-p", "./", "-c", "nginx.conf"]
    tested = subprocess.run([*nginx, "-t"], cwd=folder, capture_output=True, text=True, check=False)
    if tested.returncode:
        return [tested.stderr]
    with log.open("wb") as output:
        process = subprocess.Popen(nginx, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        try:
            return list(faults(port, text, hello(port, process, log)))
        finally:
            end(process)


def faults(port: int, block: str, said: str) -> Iterator[str]:
    if said != "Hello.\n":
        yield f"/hello/ answered {said!r}"
    if "location /ws/" in block:
        with connect(f"ws://127.0.0.1:{port}/ws/chat/", origin=Origin(f"http://127.0.0.1:{port}")) as chat:
            if chat.response is None or chat.response.status_code != 101:
                yield f"the handshake was answered with {chat.response}"
    if "location /notifications/" in block:
        begun, came = time.monotonic(), []
        address = f"http://127.0.0.1:{port}/notifications/?seconds={STREAM_S:g}"
        with httpx.stream("GET", address, trust_env=False, timeout=20) as stream:
            came = [time.monotonic() - begun for _ in stream.iter_raw()]
        if len(came) < 2 or came[-1] - came[0] < STREAM_S / 2:
            yield f"the events were collected: {came}"


def test_every_server_block_leads_to_its_servers_with_handshakes_and_live_streams(
    servers: dict[str, Started], tmp_path: Path
) -> None:
    assert any("/ws/" in block for block in BLOCKS)
    for one in servers.values():
        hello(one.port, one.process, one.log)
    asked = [
        *BLOCKS.items(),
        *((with_the_old_default(text), case) for text, case in BLOCKS.items() if "/events/" in text),
    ]
    with ThreadPoolExecutor(max_workers=len(asked)) as pool:
        found = [
            pool.submit(through_nginx, text, case, servers, tmp_path / str(number))
            for number, (text, case) in enumerate(asked)
        ]
        assert [fault for one in found for fault in one.result()] == []
