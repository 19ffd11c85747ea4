"""nginx's log reaches receivers that are started later, or again elsewhere, and its relay ends with nginx."""

import socket
import subprocess
import sys
from typing import Any

import psutil
import pytest

from dashboard.fleet.nginx.log_relay_process import Target
from dashboard.lib.installation import ROOT
from tests.fleet.helpers import wait_until

BECOMES_ANOTHER = """
import os, sys
from dashboard.fleet.nginx.log_relay import start_relay
print(*start_relay([("no-such-host.invalid", 1), ("localhost", int(sys.argv[1]))]), flush=True)
os.execvp("sleep", ["sleep", "600"])
"""


def test_a_line_reaches_who_is_there_and_the_relay_ends_with_the_program_that_was_started() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as dashboard:
        dashboard.bind(("127.0.0.1", 0))
        dashboard.settimeout(0.2)
        command = [sys.executable, "-c", BECOMES_ANOTHER, str(dashboard.getsockname()[1])]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as nginx:
            try:
                assert nginx.stdout
                host, port = nginx.stdout.readline().split()
                (relay,) = psutil.Process(nginx.pid).children()
                assert wait_until(lambda: _arrives(dashboard, (host, int(port))), 20)
                assert relay.is_running()
            finally:
                nginx.kill()
        assert wait_until(lambda: not relay.is_running() or relay.status() == psutil.STATUS_ZOMBIE, 20)


def _arrives(dashboard: socket.socket, log: tuple[str, int]) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nginx:
        nginx.sendto(b"a line", log)
    try:
        return dashboard.recv(100) == b"a line"
    except TimeoutError:
        return False


def test_a_name_is_unknown_then_known_and_then_stands_for_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[str | None] = [None, "192.0.2.1", None, "192.0.2.2"]

    def look_up(*_: object) -> list[Any]:
        answer = answers.pop(0)
        if answer is None:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_DGRAM, 17, "", (answer, 8514))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    target = Target("dashboard-1", 8514)
    seen = []
    for _ in range(4):
        target.look_up()
        seen.append(target.address)
    assert seen == [None, ("192.0.2.1", 8514), ("192.0.2.1", 8514), ("192.0.2.2", 8514)]
