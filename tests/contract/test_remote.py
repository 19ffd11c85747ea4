"""A dashboard whose servers run elsewhere: it looks at them, fires at them and shows them, and starts nothing."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.nginx.access_log import ProxiedRequest, read
from dashboard.fleet.table import SERVERS
from dashboard.lib.installation import ROOT
from tests.fleet.helpers import processes_of, wait_until
from tests.support.demo import Gatescope, free_layout, gatescope
from tests.support.ports import free_port

SEEN_WITHIN_S = 60
NAMES = ["mod_wsgi", "uvicorn", "nginx", "daphne-tls"]
ENTRIES = {entry.name: entry for entry in SERVERS if entry.name in NAMES}


@contextmanager
def alone(name: str, port: int, data: Path, dashboard: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py serve`, as a container runs it."""
    command = [sys.executable, "manage.py", "serve", name, "--port", str(port)]
    environment = {**os.environ, "GATESCOPE_DATA": str(data), "GATESCOPE_ENDPOINT": f"{dashboard}/v1/traces", **more}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def layout() -> FleetLayout:
    """Where the servers will be, at the ports that they would have beside a dashboard."""
    return free_layout()


@pytest.fixture(scope="module")
def port(layout: FleetLayout) -> int:
    return layout.port_of(ENTRIES["uvicorn"])


@pytest.fixture(scope="module")
def log() -> str:
    """Where the dashboard listens for what nginx measures."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        return "{}:{}".format(*holder.getsockname())


@pytest.fixture(scope="module")
def servers(layout: FleetLayout) -> str:
    """What GATESCOPE_SERVERS says of them."""
    return ",".join(f"{name}={layout.url_of(ENTRIES[name])}" for name in NAMES)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, servers: str, log: str) -> Iterator[Gatescope]:
    """A dashboard that was told of servers which do not run yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GATESCOPE_SERVERS", servers)
        patch.setenv("GATESCOPE_ACCESS_LOG", log)
        with gatescope(tmp_path_factory.mktemp("remote"), wait=False) as running:
            assert wait_until(lambda: _answers(running), 60)
            yield running


def test_a_server_is_failed_until_it_answers_and_again_when_it_is_gone(
    demo: Gatescope, port: int, tmp_path: Path
) -> None:
    assert wait_until(lambda: demo.states() == dict.fromkeys(NAMES, "failed"), SEEN_WITHIN_S)
    reason = demo.http.get("/healthz").json()["servers"]["uvicorn"]["reason"]
    assert reason == f"It cannot be reached at http://127.0.0.1:{port} (nobody listens): start it there."
    with alone("uvicorn", port, tmp_path, demo.url):
        assert wait_until(lambda: demo.states()["uvicorn"] == "running", SEEN_WITHIN_S)
    assert wait_until(lambda: demo.states()["uvicorn"] == "failed", SEEN_WITHIN_S)


def test_what_is_fired_at_it_is_shown_from_the_client_to_the_view(demo: Gatescope, port: int, tmp_path: Path) -> None:
    with alone("uvicorn", port, tmp_path, demo.url) as process:
        assert wait_until(lambda: demo.states()["uvicorn"] == "running", SEEN_WITHIN_S)
        (request,) = demo.run(["uvicorn"], "hello")["servers"]["uvicorn"]["requests"]
        assert (request["status"], request["pid"]) == (200, process.pid)
        spans = demo.http.get(f"/traces/{request['trace_id']}").json()["spans"]
        assert {"client", "queue", "server", "handler", "view"} <= {span["stage"] for span in spans}
        assert {span["server"] for span in spans} == {"uvicorn"}


def test_the_ways_lead_through_an_nginx_elsewhere_and_what_it_measured_comes_to_every_dashboard(
    demo: Gatescope, layout: FleetLayout, servers: str, log: str, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        other.settimeout(SEEN_WITHIN_S)
        logs = "{},{}:{}".format(log, *other.getsockname())
        neighbours = {"GATESCOPE_SERVERS": servers, "GATESCOPE_ACCESS_LOG_TO": logs}
        with (
            alone("uvicorn", layout.port_of(ENTRIES["uvicorn"]), tmp_path, demo.url),
            alone("nginx", layout.port_of(ENTRIES["nginx"]), tmp_path, demo.url, **neighbours),
        ):
            assert wait_until(
                lambda: [demo.states()[name] for name in ("uvicorn", "nginx")] == ["running"] * 2, SEEN_WITHIN_S
            )
            (request,) = demo.run(["uvicorn"], "hello", via="nginx-h2")["servers"]["uvicorn"]["requests"]
            spans = demo.http.get(f"/traces/{request['trace_id']}").json()["spans"]
            copy = read(other.recv(65_536))
    assert (request["status"], request["protocol"]) == (200, "2")
    (proxy,) = [span for span in spans if span["stage"] == "proxy"]
    assert isinstance(copy, ProxiedRequest)
    assert copy.span
    assert (proxy["trace_id"], proxy["span_id"]) == (copy.span.trace_id, copy.span.span_id)


@pytest.mark.parametrize(("name", "protocol"), [("mod_wsgi", "1.1"), ("daphne-tls", "2")])
def test_a_server_that_needs_a_configuration_or_a_certificate_makes_it(
    name: str, protocol: str, demo: Gatescope, layout: FleetLayout, tmp_path: Path
) -> None:
    with alone(name, layout.port_of(ENTRIES[name]), tmp_path, demo.url):
        assert wait_until(lambda: demo.states()[name] == "running", SEEN_WITHIN_S)
        (request,) = demo.run([name], "hello", protocol=protocol)["servers"][name]["requests"]
    assert (request["status"], request["protocol"]) == (200, protocol)


@pytest.mark.parametrize("action", ["start", "stop", "restart"])
def test_it_can_neither_be_started_nor_stopped_from_the_page(demo: Gatescope, action: str) -> None:
    refused = demo.post(f"/fleet/uvicorn/{action}")
    assert refused.status_code == 409
    assert "uvicorn runs elsewhere" in refused.json()["error"]
    panel = demo.http.get("/fleet", headers={"accept": "text/html"}).text
    assert "runs elsewhere, at http://127.0.0.1:" in panel
    assert "<button" not in panel


def test_nothing_but_the_named_servers_is_there(demo: Gatescope) -> None:
    assert list(demo.states()) == NAMES
    refused = demo.post("/runs", {"server": "daphne", "scenario": "hello"})
    assert (refused.status_code, "no server 'daphne'" in refused.json()["error"]) == (400, True)


def test_the_dashboard_starts_no_server(demo: Gatescope) -> None:
    assert [process.pid for process in processes_of(demo.data)] == [demo.process.pid]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["apache"], "There is no server called 'apache'. Choose from: gunicorn-sync, "),
        (["nginx"], "nginx stands in front of other servers: say where they are with GATESCOPE_SERVERS."),
        (["uvicorn", "--port", "0"], "The port must be a number from 1 to 65535, not '0'."),
        (["nginx", "--port", "65535"], "The port must be a number from 1 to 65535, not '65535', and so must its"),
    ],
)
def test_serving_what_is_none_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=ROOT,
        env={**os.environ, "GATESCOPE_DATA": str(tmp_path), "GATESCOPE_SERVERS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(sentence)


def test_the_process_is_the_servers_own_and_ends_by_its_signal(tmp_path: Path) -> None:
    port = free_port()
    with alone("gunicorn-sync", port, tmp_path, "http://127.0.0.1:1") as process:
        assert wait_until(lambda: b"gunicorn" in Path(f"/proc/{process.pid}/cmdline").read_bytes(), SEEN_WITHIN_S)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}


def _answers(running: Gatescope) -> bool:
    try:
        return bool(running.http.get("/", headers={"accept": "text/html"}).is_success)
    except httpx.TransportError:
        return False
