"""One message to a receiver in every state it can be in; no state raises."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from probes.delivery.otlp_client import CONNECT_S, OTLPClient, Outcome
from tests.probes.receiver import Receiver
from tests.support.ports import free_port


@pytest.fixture
def sender(receiver: Receiver) -> Iterator[OTLPClient]:
    sending = OTLPClient(receiver.endpoint)
    yield sending
    sending.close()


def test_a_message_arrives(sender: OTLPClient, receiver: Receiver) -> None:
    assert sender.post(b"").outcome is Outcome.DELIVERED
    assert len(receiver.messages) == 1


def test_the_connection_is_kept(sender: OTLPClient) -> None:
    for _ in range(3):
        sender.post(b"")
    assert sender.connections == 1


def test_a_connection_the_receiver_closed_is_made_again(sender: OTLPClient, receiver: Receiver) -> None:
    receiver.behaviour.headers = {"Connection": "close"}
    assert sender.post(b"").outcome is Outcome.DELIVERED
    assert sender.post(b"").outcome is Outcome.DELIVERED
    assert sender.connections == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.REFUSED),
        (404, Outcome.REFUSED),
        (413, Outcome.REFUSED),
        (429, Outcome.UNREACHABLE),
        (500, Outcome.UNREACHABLE),
        (503, Outcome.UNREACHABLE),
        (302, Outcome.REFUSED),
    ],
)
def test_the_status_decides_about_sending_again(
    status: int, outcome: Outcome, sender: OTLPClient, receiver: Receiver
) -> None:
    receiver.behaviour.status = status
    assert sender.post(b"").outcome is outcome


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 1.0), ("-1", 1.0)])
def test_the_receiver_may_ask_for_a_pause(
    header: str, seconds: float, sender: OTLPClient, receiver: Receiver
) -> None:
    receiver.behaviour.status = 503
    receiver.behaviour.headers = {"Retry-After": header}
    assert sender.post(b"").retry_after_s == seconds


def test_nobody_listens() -> None:
    assert OTLPClient(f"http://127.0.0.1:{free_port()}/v1/traces").post(b"").outcome is Outcome.UNREACHABLE


def test_an_unknown_host_is_unreachable() -> None:
    assert OTLPClient("http://receiver.invalid:4318/v1/traces").post(b"").outcome is Outcome.UNREACHABLE


def test_a_host_that_cannot_exist_is_unreachable() -> None:
    assert OTLPClient(f"http://{'x' * 100}.example/v1/traces").post(b"").outcome is Outcome.UNREACHABLE


def test_a_receiver_that_hangs_is_uncertain_in_time(sender: OTLPClient, receiver: Receiver) -> None:
    receiver.behaviour.hanging = True
    begun = time.monotonic()
    assert sender.post(b"", answer_s=0.2).outcome is Outcome.UNCERTAIN
    assert time.monotonic() - begun < 0.2 + CONNECT_S + 1


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (b"", Outcome.UNREACHABLE),
        (b"nonsense\r\n\r\n", Outcome.UNREACHABLE),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", Outcome.DELIVERED),
        (b"HTTP/1.1 2OO OK\r\n\r\n", Outcome.UNREACHABLE),
    ],
)
def test_a_receiver_that_speaks_nonsense_does_not_raise(said: bytes, outcome: Outcome) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(said)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass  # closing with something unread would be a reset

        thread = threading.Thread(target=answer)
        thread.start()
        sender = OTLPClient(f"http://127.0.0.1:{server.getsockname()[1]}/")
        assert sender.post(b"x", answer_s=1).outcome is outcome
        sender.close()
        thread.join()


def test_the_token_is_sent_along(receiver: Receiver) -> None:
    sending = OTLPClient(receiver.endpoint, "mine")
    sending.post(b"")
    sending.close()
    assert [headers["Authorization"] for headers in receiver.headers] == ["Bearer mine"]


def test_without_a_token_no_credentials_are_sent(sender: OTLPClient, receiver: Receiver) -> None:
    sender.post(b"")
    assert [headers["Authorization"] for headers in receiver.headers] == [None]
