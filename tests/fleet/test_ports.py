"""Whether a port can be had, and who has it."""

import os
import socket

import pytest

from dashboard.fleet import ports


def test_a_free_port_is_not_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert ports.why_taken("127.0.0.1", port) == ""


def test_a_taken_port_is_refused_with_the_name_of_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        refusal = ports.why_taken("127.0.0.1", server.getsockname()[1])
    assert "is taken by" in refusal
    assert f"pid {os.getpid()}" in refusal


def test_a_port_that_somebody_holds_on_all_addresses_is_refused() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert "is taken by" in ports.why_taken("127.0.0.1", server.getsockname()[1])


def test_another_machines_address_is_refused() -> None:
    assert ports.why_taken("192.0.2.1", 8000).startswith("Cannot listen on 192.0.2.1, port 8000")


@pytest.mark.parametrize("host", ["a..b", "x" * 64, "\ud800"])
def test_what_cannot_be_a_host_name_is_refused(host: str) -> None:
    assert ports.why_taken(host, 8000).endswith("this is not a host name.")


def test_a_host_without_an_address_is_refused() -> None:
    assert ports.why_taken("no such host", 8000).startswith("Cannot listen on no such host, port 8000")
