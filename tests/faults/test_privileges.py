"""Programs of the system keep no capability, and the chat's Redis answers nobody without its password."""

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from dashboard.fleet.chat_redis import ensure_password
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.processes import privilege
from dashboard.fleet.supervisor import Fleet
from dashboard.lib.installation import ROOT
from tests.fleet.conftest import make_fleet
from tests.support.demo import free_layout
from tests.support.programs import here

__all__ = ["make_fleet"]

PROGRAMS = here(["nginx", "mod_wsgi", "chat-redis"])
DAC_READ_SEARCH = 1 << 2
"""Bit of CAP_DAC_READ_SEARCH, capabilities(7)."""


@pytest.fixture
def layout() -> Iterator[FleetLayout]:
    """A fleet whose data folder is the dashboard's alone, in one that everybody may enter."""
    data = Path(tempfile.mkdtemp(prefix="gatescope-"))
    yield replace(free_layout(), data=data)
    shutil.rmtree(data)


def _capabilities(process: psutil.Process) -> dict[str, int]:
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1], 16) for line in lines if line.startswith("Cap")}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_a_program_of_the_system_keeps_no_capability_and_is_not_root(
    name: str, make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    (layout.data / "gatescope.sqlite3").write_text("the dashboard's own")
    (layout.data / "gatescope.sqlite3").chmod(0o644)
    state = await make_fleet().start(name)
    assert state.state == "running", (state.reason, state.log_lines)
    assert state.pid is not None
    # A clone that is closed to others, such as in root's home, leaves Apache one.
    kept = DAC_READ_SEARCH if "dac_read_search" in " ".join(state.command) else 0
    assert not kept or name == "mod_wsgi"
    process = psutil.Process(state.pid)
    for one in (process, *process.children(recursive=True)):
        assert 0 not in one.uids()
        found = _capabilities(one)
        assert {found[part] for part in ("CapEff", "CapPrm", "CapInh", "CapAmb")} <= {kept, 0}
        if os.geteuid() == 0:
            assert found["CapBnd"] == kept
            assert (layout.data / "gatescope.sqlite3").stat().st_mode & 0o077 == 0
            assert (layout.data / "gatescope.sqlite3").stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0 or "mod_wsgi" not in PROGRAMS, reason="only root starts it as another user")
async def test_apache_in_a_closed_project_may_read_it_and_write_nothing(
    make_fleet: Callable[..., Fleet], layout: FleetLayout, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = layout.data / "closed"
    for part in ("samples", "probes"):
        shutil.copytree(ROOT / part, closed / "project" / part, ignore=shutil.ignore_patterns("__pycache__"))
    closed.chmod(0o700)
    for module in ("entry", "preparation"):
        monkeypatch.setattr(f"dashboard.fleet.{module}.ROOT", closed / "project")
    state = await make_fleet().start("mod_wsgi")
    assert state.state == "running", (state.reason, state.log_lines)
    processes = [psutil.Process(int(state.pid or 0))]
    for one in (*processes, *processes[0].children(recursive=True)):
        found = _capabilities(one)
        assert set(found.values()) == {DAC_READ_SEARCH}
    assert not [path for path in closed.rglob("*") if path.stat().st_uid != 0]


def test_apache_keeps_a_capability_only_where_the_project_is_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    tmp_path.chmod(0o700)
    assert ("dac_read_search" in " ".join(privilege.prefix("nobody", [tmp_path / "file"]))) == (os.geteuid() == 0)
    assert "dac_read_search" not in " ".join(privilege.prefix("nobody", [Path("/etc/hosts")]))
    assert "dac_read_search" not in " ".join(privilege.prefix("nobody"))


def _say(port: int, *lines: str) -> list[bytes]:
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rwb") as file:
        answers = []
        for line in lines:
            file.write(line.encode() + b"\r\n")
            file.flush()
            answers.append(file.readline())
        return answers


@pytest.mark.skipif("chat-redis" not in PROGRAMS, reason="redis-server is not installed")
async def test_the_chats_redis_wants_its_password_and_takes_no_orders(
    make_fleet: Callable[..., Fleet], layout: FleetLayout
) -> None:
    fleet = make_fleet()
    state = await fleet.start("chat-redis")
    assert state.state == "running", (state.reason, state.log_lines)
    password = ensure_password(layout.data / "chat-redis")
    assert password not in " ".join((*state.command, state.url, *state.log_lines))
    port = layout.port_of(fleet.entry("chat-redis"))
    answers = _say(port, "PING", "SET a b", "AUTH wrong")
    assert [answer[:7] for answer in answers] == [b"-NOAUTH", b"-NOAUTH", b"-WRONGP"]
    welcome, refused = _say(port, f"AUTH {password}", "CONFIG SET dir /etc")
    assert (welcome, refused[:4]) == (b"+OK\r\n", b"-ERR")
    assert (await fleet.start("daphne-redis")).state == "running"
