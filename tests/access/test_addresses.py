"""Which addresses stay on this machine, and what others call it."""

import socket

import pytest

from dashboard.access.addresses import is_loopback, is_unspecified, names_of, same_machine


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost"])
def test_loopback_is_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "no such host"])
def test_everything_else_is_beyond_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_listening_on_every_address_is_recognised() -> None:
    assert is_unspecified("0.0.0.0")
    assert is_unspecified("::")
    assert not is_unspecified("localhost")


def test_one_address_is_called_by_itself() -> None:
    assert names_of("192.0.2.7") == ["192.0.2.7"]
    assert names_of("2001:db8::7") == ["[2001:db8::7]"]


def test_every_address_is_called_by_all_but_loopback_and_by_the_machines_name() -> None:
    names = names_of("0.0.0.0")
    assert names[-1] == socket.gethostname().lower()
    assert not {"127.0.0.1", "[::1]"} & set(names)


@pytest.mark.parametrize(
    ("client", "server", "same"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1", True),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.8", "192.0.2.7", False),
        ("", "192.0.2.7", False),
        ("unix", "", False),
    ],
)
def test_a_connection_between_two_addresses_of_this_machine_is_recognised(
    client: str, server: str, same: bool
) -> None:
    assert same_machine(client, server) is same
