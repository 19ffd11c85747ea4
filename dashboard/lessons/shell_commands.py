"""Prove it: the exact commands to type instead of believing us. Pure.

curl shows one request and, with xargs, many at once; hey and wrk load a server; `fire` is our own button.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboard.lessons.lesson import Firing
from dashboard.lib.installation import command_line
from dashboard.runs.scenarios import SCENARIOS, Scenario

CURL = ("curl", "--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{time_total} s\\n")
HANDSHAKE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    # Any 16 bytes in base64 will do (RFC 6455, section 4.1).
    "Sec-WebSocket-Key: R2F0ZXNjb3BlIGxlc3NvbiE=",
)
"""The headers that ask for a WebSocket; curl shows no more than the status of the answer."""


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """One line for the terminal, and what it does."""

    about: str
    command: str


def shell_commands(firing: Firing, urls: Mapping[str, str]) -> tuple[ShellCommand, ...]:
    """Return the commands for one firing. `urls` are base URLs by server, by the route that the firing takes."""
    scenario = SCENARIOS[firing.scenario]
    found = []
    for server in firing.servers:
        found.append(ShellCommand(f"{server}, as this page fires", fire_command(server, firing)))
        if url := urls.get(server):
            found.append(ShellCommand(f"{server}, with curl", _curl(scenario, firing, url)))
            if firing.count > 1 and _is_plain(scenario, firing):
                found.append(ShellCommand(f"{server}, with hey", _hey(scenario, firing, url)))
    return tuple(found)


def fire_command(server: str, firing: Firing) -> str:
    """Return the command `fire` for one server."""
    defaults = {"scenario": firing.scenario, "count": "1"}
    options = [(name, value) for name, value in firing.form.items() if value and defaults.get(name) != value]
    words = [word for name, value in options for word in _option(name, value)]
    return command_line("fire", server, firing.scenario, *words)


def _option(name: str, value: str) -> tuple[str, ...]:
    return (f"--{name}",) if name == "uninstrumented" else (f"--{name}", value)


def _is_plain(scenario: Scenario, firing: Firing) -> bool:
    """Return whether a load generator that knows HTTP/1.1 and nothing else can fire it."""
    return not (scenario.websocket or scenario.body_bytes or firing.protocol == "2" or firing.leave)


def _curl(scenario: Scenario, firing: Firing, url: str) -> str:
    words = [*CURL, *_curl_options(scenario, firing, url), url + scenario.path(firing.seconds)]
    command = shlex.join(words)
    if scenario.body_bytes:
        command = f"head -c {scenario.body_bytes} /dev/zero | {command}"
    if firing.count > 1:
        command = f"seq {firing.count} | xargs -P {firing.concurrency or firing.count} -I{{}} {command}"
    return command


def _curl_options(scenario: Scenario, firing: Firing, url: str) -> Iterator[str]:
    """Yield the options that curl needs for this kind of request."""
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
