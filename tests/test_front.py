"""deploy/nginx.conf in a real nginx: who stays where, and what happens when one of the two dashboards dies."""

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from dashboard.fleet.entry import program_path
from dashboard.lib.installation import ROOT
from tests.support.ports import free_port

CONFIGURATION = (ROOT / "deploy" / "nginx.conf").read_text()
COOKIE = r"gatescope_front=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax"
UP_WITHIN_S = 10
SPANS = b"s" * 1_000_000
"""More than nginx reads with the headers."""


@dataclass
class Dashboard:
    """Takes requests and notes them. `dies` makes it break off each one after having read it."""

    name: str
    seen: list[tuple[str, int]] = field(default_factory=list)
    dies: bool = False

    def __post_init__(self) -> None:
        dashboard = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = len(self.rfile.read(int(self.headers.get("content-length", 0))))
                dashboard.seen.append((self.path, length))
                if dashboard.dies:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("content-length", str(len(dashboard.name)))
                self.end_headers()
                self.wfile.write(dashboard.name.encode())

            do_POST = do_GET  # noqa: N815 -- the name is the base class's

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Be away: nobody listens any more."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def dashboards() -> Iterator[dict[str, Dashboard]]:
    """The two dashboards, by name."""
    made = {name: Dashboard(name) for name in ("one", "two")}
    yield made
    for dashboard in made.values():
        dashboard.stop()


@pytest.fixture
def front(dashboards: dict[str, Dashboard], tmp_path: Path) -> Iterator[str]:
    """The URL of nginx in front of them."""
    port = free_port()
    text = CONFIGURATION.replace("/tmp/", f"{tmp_path}/").replace("listen 8484;", f"listen 127.0.0.1:{port};")
    for number, dashboard in enumerate(dashboards.values(), start=1):
        text = text.replace(f"dashboard-{number}:8484", dashboard.address)
    tmp_path.chmod(0o755)
    (tmp_path / "nginx.conf").write_text(f"daemon off;\nmaster_process off;\n{text}")
    program = program_path("nginx") or "nginx"
    command = [program, "-e", "stderr", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + UP_WITHIN_S
        while time.monotonic() < deadline:
            try:
                httpx.get(url, trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        for dashboard in dashboards.values():
            dashboard.seen.clear()
        yield url
        process.kill()


def test_viewers_behind_one_address_are_shared_out_and_each_stays(front: str) -> None:
    at: list[str] = []
    for _ in range(30):
        with httpx.Client(base_url=front, trust_env=False) as viewer:
            first = viewer.get("/")
            assert re.fullmatch(
                r"gatescope_front=[0-9a-f]{32}; Path=/; HttpOnly; SameSite=Lax", first.headers["set-cookie"]
            )
            where = {viewer.get("/").text for _ in range(3)}
            assert len(where) == 1
            at += where
    assert set(at) == {"one", "two"}


def test_a_sender_of_spans_gets_no_cookie_and_stays(front: str) -> None:
    answers = [httpx.post(f"{front}/v1/traces", content=b"spans", trust_env=False) for _ in range(5)]
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


@pytest.mark.parametrize("gone", ["one", "two"])
def test_when_one_is_away_the_other_answers_everything(
    gone: str, front: str, dashboards: dict[str, Dashboard]
) -> None:
    dashboards[gone].stop()
    other = next(name for name in dashboards if name != gone)
    for _ in range(10):
        with httpx.Client(base_url=front, trust_env=False) as viewer:
            assert viewer.get("/").text == viewer.get("/").text == other
            assert viewer.post("/runs", data={"server": "uvicorn"}).text == other
            assert viewer.post("/v1/traces", content=SPANS).text == other
    assert dashboards[other].seen.count(("/v1/traces", len(SPANS))) == 10


def test_spans_that_a_dying_dashboard_has_read_are_sent_to_the_other(
    front: str, dashboards: dict[str, Dashboard]
) -> None:
    where = httpx.post(f"{front}/v1/traces", content=b"spans", trust_env=False).text
    dashboards[where].dies = True
    other = next(name for name in dashboards if name != where)
    assert httpx.post(f"{front}/v1/traces", content=SPANS, trust_env=False).text == other
    assert dashboards[other].seen == [("/v1/traces", len(SPANS))]


def test_an_order_that_a_dying_dashboard_has_read_is_not_given_twice(
    front: str, dashboards: dict[str, Dashboard]
) -> None:
    where = httpx.post(f"{front}/runs", content=b"order", trust_env=False).text
    dashboards[where].dies = True
    other = next(name for name in dashboards if name != where)
    assert httpx.post(f"{front}/runs", content=b"order", trust_env=False).status_code == 502
    assert dashboards[other].seen == []


def test_the_names_are_looked_up_again_and_a_dead_dashboard_costs_a_second_at_most() -> None:
    assert "resolver 127.0.0.11 valid=1s" in CONFIGURATION
    assert "proxy_connect_timeout 1s;" in CONFIGURATION
    # A literal name would be looked up once, at the start.
    assert set(re.findall(r"proxy_pass (\S+);", CONFIGURATION)) == {"http://$dashboard", "http://$other_dashboard"}
