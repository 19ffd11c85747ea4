"""The accept queue of a program that is none of ours is that of its own listening socket, or of its parent's."""

import multiprocessing
import os
import socket
import subprocess
from collections.abc import Iterator

import pytest

from dashboard.live.local_services import MOST_PROCESSES, MOST_SERVICES, LocalServices, listening_ports
from dashboard.traces.attributes import SERVICE_INSTANCE
from dashboard.traces.span import Span


def span(server: str, instance: str) -> Span:
    return Span("1" * 32, "2" * 16, None, "GET", "server", server, 1, 2, attributes={SERVICE_INSTANCE: instance})


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=4) as listening:
        yield listening.getsockname()[1]


def close_all_but(pipe: int) -> None:
    os.closerange(3, pipe)
    os.closerange(pipe + 1, 1024)
    os.read(pipe, 1)


def test_a_worker_that_listens_on_nothing_has_its_parents_socket(port: int) -> None:
    reading, writing = os.pipe()
    worker = multiprocessing.get_context("fork").Process(target=close_all_but, args=(reading,))
    worker.start()
    try:
        assert worker.pid
        assert port in listening_ports(os.getpid())
        assert port in listening_ports(worker.pid)
    finally:
        os.write(writing, b"x")
        worker.join()
        os.close(reading)
        os.close(writing)
    assert listening_ports(2**22 + 1) == set()


def test_another_program_has_nothing_to_do_with_what_its_parent_listens_on(port: int) -> None:
    with subprocess.Popen(["sleep", "60"]) as started:
        try:
            assert port in listening_ports(os.getpid())
            assert listening_ports(started.pid) == set()
        finally:
            started.kill()


def test_only_services_of_this_machine_are_looked_at(port: int) -> None:
    pids = {"here": os.getpid()}
    services = LocalServices(pids.get, lambda name: name == "gunicorn-sync")
    services.note([span("shop", "here"), span("elsewhere", "there"), span("gunicorn-sync", "here")])
    assert set(services.ports()) == {"shop"}
    assert port in services.ports()["shop"]


def test_what_a_sender_can_name_is_bounded() -> None:
    asked: list[str] = []

    def local_pid(instance: str) -> int | None:
        asked.append(instance)
        return None

    services = LocalServices(local_pid, lambda _: False)
    for number in range(MOST_PROCESSES + 5):
        services.note([span("shop", f"worker {number}")])
    services.note(span(f"shop {number}", "one") for number in range(10_000))
    services.ports()
    assert len(asked) == MOST_PROCESSES + MOST_SERVICES - 1
    assert f"worker {MOST_PROCESSES + 4}" in asked
