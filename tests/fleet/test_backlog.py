"""The kernel's accept queue is read as the kernel counts it: connections that nobody accepted yet."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dashboard.fleet import backlog
from dashboard.fleet.backlog import BacklogMeter, parse_accept_queues, read_accept_queues

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:3714 00000000:0000 0A 00000000:00000009 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:3715 00000000:0000 0A 00000000:00000012 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0100007F:3714 0100007F:8AA3 01 00000000:00000FFF 00:00000000 00000000     0        0 3 1 0 20 0 0 10 -1
"""


def test_the_length_of_a_listening_socket_s_queue_is_in_its_line() -> None:
    assert parse_accept_queues(TABLE.splitlines(), {14100, 14101, 14102}) == {14100: 9, 14101: 18}


def test_the_table_of_ipv6_is_read_as_well() -> None:
    line = f"0: {'0' * 32}:3714 {'0' * 32}:0000 0A 00000000:00000003 00:0 0 0 0 4 1 0 100 0 0 10 0"
    assert parse_accept_queues(["header", line], {14100}) == {14100: 3}


def test_other_ports_are_nobody_s_business() -> None:
    assert parse_accept_queues(TABLE.splitlines(), {14101}) == {14101: 18}


def test_several_sockets_of_one_port_add_up() -> None:
    header, first, *_ = TABLE.splitlines()
    assert parse_accept_queues([header, first, first], {14100}) == {14100: 18}


@pytest.mark.parametrize("text", ["header\nrubbish\n", "header\n0: x y 0A z 1\n", "header\n0: a:zz b 0A 0:0\n"])
def test_a_text_that_is_no_such_table_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        parse_accept_queues(text.splitlines(), {1})


def test_where_the_system_does_not_tell_nothing_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "TABLES", (Path("/nowhere"),))
    assert read_accept_queues({1}) is None


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        yield listening


def test_who_connects_is_counted_until_the_server_accepts(door: socket.socket) -> None:
    port = door.getsockname()[1]
    with ExitStack() as open_connections:
        for number in range(5):
            assert read_accept_queues({port}) == {port: number}
            open_connections.enter_context(socket.create_connection(door.getsockname()[:2]))
        for left in (4, 3):
            open_connections.enter_context(door.accept()[0])
            assert read_accept_queues({port}) == {port: left}


async def test_the_meter_reports_only_while_somebody_looks(
    door: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "SAMPLE_EVERY_S", 0.01)
    is_watched = [False]
    reports: list[dict[str, int]] = []
    port = door.getsockname()[1]
    meter = BacklogMeter(lambda: {"gunicorn": (port,)}, lambda: is_watched[0], reports.append)
    meter.wake()
    meter.wake()
    await asyncio.sleep(0.1)
    assert reports == []
    is_watched[0] = True
    with socket.create_connection(door.getsockname()[:2]):
        async with asyncio.timeout(10):
            while {"gunicorn": 1} not in reports:
                await asyncio.sleep(0.01)
    assert meter._task
    meter._task.cancel()
    await asyncio.gather(meter._task, return_exceptions=True)
