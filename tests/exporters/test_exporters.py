"""The official exporters with their defaults, at the two ports of a dashboard: their spans appear, none complains.

Nothing tells them where to send: they run in a network of their own, in which 4318 and 4317 are free. Where that is
not allowed and a developer's own dashboard holds these ports, others are used, and named to the exporters.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import playwright
import pytest

from tests.browser.chromium import chromium
from tests.support.demo import Gatescope, gatescope
from tests.support.own_network import ports_alone
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
NODE = Path(playwright.__file__).parent / "driver" / "node"
ARRIVES_WITHIN_S = 20.0
DEFAULT_PORTS = (4318, 4317)
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
PAGE = "<!doctype html><title>shop</title><link rel=icon href='data:,'><script src=web.js></script>"

pytestmark = pytest.mark.long


class Ports:
    """A demo, and where its two further ports are."""

    def __init__(self, demo: Gatescope, http: int, grpc: int) -> None:
        self.demo = demo
        self.is_default = (http, grpc) == DEFAULT_PORTS
        self.http = f"http://127.0.0.1:{http}"
        self.grpc = f"http://127.0.0.1:{grpc}"

    def endpoint(self, protocol: str) -> dict[str, str]:
        """What tells an exporter where to send: nothing where it looks there by itself."""
        return {} if self.is_default else {ENDPOINT: self.grpc if protocol == "grpc" else self.http}

    def span(self, service: str, name: str) -> dict[str, Any]:
        """The span of a service, once it has ended here."""
        deadline = time.monotonic() + ARRIVES_WITHIN_S
        while time.monotonic() < deadline:
            for span in self.demo.seen():
                if (span["server"], span["name"]) == (service, name) and span["end_ns"]:
                    return span
            time.sleep(0.2)
        raise AssertionError(f"no span {name!r} of {service!r} arrived")


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ports]:
    with ports_alone(*DEFAULT_PORTS) as are_ours:
        http, grpc = DEFAULT_PORTS if are_ours else (free_port(), free_port())
        with gatescope(tmp_path_factory.mktemp("data"), "gunicorn-sync", otlp_ports=f"{http},{grpc}") as demo:
            yield Ports(demo, http, grpc)


def run(command: list[str], service: str, environment: Mapping[str, str]) -> None:
    """Run a program to its end; it succeeds and says nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    named = {**kept, "OTEL_SERVICE_NAME": service, **environment}
    finished = subprocess.run(command, cwd=ROOT, env=named, capture_output=True, text=True, timeout=60, check=False)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_the_defaults_are_what_is_tested_where_root_runs_the_tests(ports: Ports) -> None:
    assert ports.is_default or os.geteuid()


def expect_whole(span: dict[str, Any]) -> None:
    assert span["attributes"]["cart.items"] == 3
    assert [event["name"] for event in span["events"]] == ["charged"]


@pytest.mark.parametrize("protocol", ["http", "grpc"])
@pytest.mark.parametrize("compression", ["", "gzip"])
def test_pythons_exporters_deliver(ports: Ports, protocol: str, compression: str) -> None:
    service = f"python-{protocol}-{compression or 'plain'}"
    more = {"OTEL_EXPORTER_OTLP_COMPRESSION": compression} if compression else {}
    command = [sys.executable, str(HERE / "python_program.py"), protocol]
    run(command, service, ports.endpoint(protocol) | more)
    expect_whole(ports.span(service, "pay"))


@pytest.mark.parametrize("protocol", ["http", "proto", "grpc"])
def test_nodes_exporters_deliver(ports: Ports, protocol: str) -> None:
    service = f"node-{protocol}"
    run([str(NODE), str(HERE / "node.mjs"), protocol], service, ports.endpoint(protocol))
    expect_whole(ports.span(service, "pay"))


@asynccontextmanager
async def page_of(folder: Path) -> AsyncIterator[str]:
    """The URL of a page of another origin on this machine: its script is the program, bundled."""
    bundle = ["node_modules/.bin/esbuild", str(HERE / "web.mjs"), "--bundle", f"--outfile={folder / 'web.js'}"]
    subprocess.run([*bundle, "--log-level=error"], cwd=ROOT, check=True, timeout=60)
    (folder / "index.html").write_text(PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_args: object) -> None:
        """Leave the terminal alone."""


async def test_the_browsers_exporter_delivers_from_another_origin(ports: Ports, tmp_path: Path) -> None:
    async with page_of(tmp_path) as url, chromium() as browser:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(url)
        if not ports.is_default:
            await page.evaluate(f"window.endpoint = '{ports.http}/v1/traces'")
        await page.evaluate("window.send()")
        assert complaints == []
    assert ports.span("unknown_service", "click")["end_ns"]


def test_the_page_is_not_on_the_receivers_port(ports: Ports) -> None:
    assert ports.demo.http.get(f"{ports.http}/").status_code == 404
    assert ports.demo.http.get(f"{ports.http}/healthz").status_code == 404


def answer_to(sent: bytes, port: int) -> bytes:
    """What the first that comes back is, if anything does."""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            return connection.recv(65_536)
        except OSError:
            return b""


def test_what_is_no_message_at_all_ends_its_own_connection_alone(ports: Ports) -> None:
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    post = b"POST /v1/traces HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-protobuf\r\n"
    strange = [
        preface,
        preface + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        preface + Random(1).randbytes(2_000),
        Random(2).randbytes(2_000),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + Random(3).randbytes(200),  # TLS
        post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        post + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        post + b"Content-Length: 100\r\n\r\nhalf",
        b"POST /" + b"a" * 70_000,
    ]
    for url, sent in product((ports.http, ports.grpc, ports.demo.url), strange):
        answer = answer_to(sent, int(url.rpartition(":")[2]))
        assert b" 500 " not in answer
        assert b"Traceback" not in answer
    for protocol in ("http", "grpc"):
        command = [sys.executable, str(HERE / "python_program.py"), protocol]
        run(command, f"afterwards-{protocol}", ports.endpoint(protocol))
        expect_whole(ports.span(f"afterwards-{protocol}", "pay"))


def test_a_second_dashboard_names_the_taken_ports_and_runs(ports: Ports, tmp_path: Path) -> None:
    taken = [url.rpartition(":")[2] for url in (ports.http, ports.grpc)]
    with gatescope(tmp_path, "gunicorn-sync", otlp_ports=",".join(taken)) as second:
        assert second.states()["gunicorn-sync"] == "running"
        printed = second.output.read_text()
    for protocol, port in zip(("HTTP", "gRPC"), taken, strict=True):
        assert f"No OTLP/{protocol} on {port}: Port {port} is taken by python" in printed, printed
