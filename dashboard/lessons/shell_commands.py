"""Prove it: the exact lines that somebody can type instead of believing us. Pure.

curl shows one request and, with xargs, many at once; hey and wrk load a server; `manage.py fire` is our own button.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboard.lessons.lesson import Firing
from dashboard.runs.scenarios import SCENARIOS, Scenario

CURL = ("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{time_total} s\\n")
HANDSHAKE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    # Any 16 bytes in base64 will do (RFC 6455, section 4.1).
    "Sec-WebSocket-Key: R2F0ZXNjb3BlIGxlc3NvbiE=",
)
"""By which a client asks for a WebSocket; curl shows the answer's status and no more."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the terminal, and what it is."""

    about: str
    command: str


def lines(firing: Firing, urls: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines for one firing. `urls` are base URLs by server, the way that the firing goes."""
    scenario = SCENARIOS[firing.scenario]
    found = []
    for server in firing.servers:
        found.append(Line(f"{server}, as this page fires", fire_line(server, firing)))
        if url := urls.get(server):
            found.append(Line(f"{server}, with curl", _curl(scenario, firing, url)))
            if firing.count > 1 and _is_plain(scenario, firing):
                found.append(Line(f"{server}, with hey", _hey(scenario, firing, url)))
    return tuple(found)


def fire_line(server: str, firing: Firing) -> str:
    """The `manage.py fire` line of one server."""
    usual = {"scenario": firing.scenario, "count": "1"}
    options = [(name, value) for name, value in firing.form.items() if value and usual.get(name) != value]
    words = [word for name, value in options for word in (f"--{name}", value)]
    return shlex.join(["python", "manage.py", "fire", server, firing.scenario, *words])


def _is_plain(scenario: Scenario, firing: Firing) -> bool:
    """Whether a load generator that knows HTTP/1.1 and nothing else can fire it."""
    return not (scenario.websocket or scenario.body_bytes or firing.protocol == "2" or firing.leave)


def _curl(scenario: Scenario, firing: Firing, url: str) -> str:
    words = [*CURL, *_how(scenario, firing, url), url + scenario.path(firing.seconds)]
    command = shlex.join(words)
    if scenario.body_bytes:
        command = f"head -c {scenario.body_bytes} /dev/zero | {command}"
    if firing.count > 1:
        command = f"seq {firing.count} | xargs -P {firing.concurrency or firing.count} -I{{}} {command}"
    return command


def _how(scenario: Scenario, firing: Firing, url: str) -> Iterator[str]:
    """What curl must be told for this kind of request."""
    is_tls = url.startswith("https:")
    if is_tls:
        # The fleet signs its certificate itself.
        yield "--insecure"
    if firing.protocol == "2":
        yield "--http2" if is_tls else "--http2-prior-knowledge"
    if firing.leave:
        yield from ("--max-time", f"{firing.leave:g}")
    if scenario.websocket:
        yield from ("--http1.1", "--max-time", "2")
        for header in HANDSHAKE:
            yield from ("--header", header)
    if scenario.body_bytes:
        rate = scenario.body_bytes / scenario.seconds_or_default(firing.seconds)
        yield from ("--limit-rate", f"{rate:.0f}", "--data-binary", "@-")


def _hey(scenario: Scenario, firing: Firing, url: str) -> str:
    at_once = firing.concurrency or firing.count
    return shlex.join(["hey", "-n", str(firing.count), "-c", str(at_once), url + scenario.path(firing.seconds)])
