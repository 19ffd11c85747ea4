"""The chat over real sockets: who hears what, who is refused, and in what the twins differ."""

from __future__ import annotations

import ast
import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from websockets import InvalidStatus, Origin
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from samples.chat.messages import Said, read

if TYPE_CHECKING:
    from tests.probes.django.servers import Server

CONSUMERS = Path(__file__).resolve().parents[2] / "samples" / "chat" / "consumers.py"
PATHS = ["/ws/chat/", "/ws/chat-sync/"]


def joined(server: Server, path: str, origin: str | None = None) -> Any:
    return connect(
        server.url.replace("http", "ws") + path,
        origin=Origin(origin or server.url),
        proxy=None,
        open_timeout=30,
    )


@pytest.mark.parametrize("path", PATHS)
def test_everybody_in_the_room_hears_what_is_said(uvicorn: Server, path: str) -> None:
    with ExitStack() as stack:
        members = [stack.enter_context(joined(uvicorn, path)) for _ in range(3)]
        members[0].send('{"text": "hello"}')
        assert [member.recv(timeout=20) for member in members] == ["hello"] * 3


@pytest.mark.parametrize("path", [*PATHS, "/ws/heartbeat/"])
@pytest.mark.parametrize("message", ["nonsense", "[]", '{"text": 7}', '{"text": "", "seconds": 31}', b"bytes"])
def test_a_message_that_is_none_closes_the_socket_with_a_sentence(
    uvicorn: Server, path: str, message: str | bytes
) -> None:
    with joined(uvicorn, path) as member:
        member.send(message)
        with pytest.raises(ConnectionClosedError) as closed:
            member.recv(timeout=20)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 1007
    assert len(closed.value.rcvd.reason) > 20


def test_a_strangers_page_is_refused(uvicorn: Server) -> None:
    with pytest.raises(InvalidStatus) as refused, joined(uvicorn, PATHS[0], "https://example.org"):
        """Not reached."""
    assert refused.value.response.status_code == 403


def test_a_heartbeat_beats_twenty_times_a_second_and_closes(uvicorn: Server) -> None:
    with joined(uvicorn, "/ws/heartbeat/") as listener:
        listener.send('{"text": "", "seconds": 0.5}')
        assert list(listener) == [f"beat {number}" for number in range(1, 11)]
        assert listener.close_code == 1000


@pytest.mark.parametrize("path", PATHS)
def test_a_wsgi_server_has_no_such_page(gunicorn: Server, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused, joined(gunicorn, path):
        """Not reached."""
    assert refused.value.response.status_code == 404


def test_what_is_said_is_read_once() -> None:
    assert read('{"text": "a", "seconds": 1}') == Said("a", 1.0)
    assert read('{"text": "a"}') == Said("a", 0.0)


@pytest.mark.parametrize("seconds", ["NaN", "-1", "1e9", '"1"', "null", "[1]"])
def test_seconds_out_of_range_are_refused(seconds: str) -> None:
    with pytest.raises(ValueError, match="seconds must be a number from 0 to 30"):
        read(f'{{"text": "a", "seconds": {seconds}}}')


@pytest.mark.parametrize("message", [None, "", "[" * 100_000, json.dumps({"text": "a" * 1001})])
def test_what_is_no_message_is_refused(message: str | None) -> None:
    with pytest.raises(ValueError, match="Say at most"):
        read(message)


def test_the_twins_differ_in_how_they_wait_and_how_they_reach_the_room() -> None:
    twins = [node for node in ast.parse(CONSUMERS.read_text()).body if isinstance(node, ast.ClassDef)]
    steps = [ast.unparse(twin.body[2]).replace("await ", "").replace("async ", "").splitlines() for twin in twins]
    changed = [pair for pair in zip(*steps, strict=True) if pair[0] != pair[1]]
    assert changed == [
        ("    asyncio.sleep(said.seconds)", "    time.sleep(said.seconds)"),
        ("    tell = self.channel_layer.group_send", "    tell = async_to_sync(self.channel_layer.group_send)"),
    ]
