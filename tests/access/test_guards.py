"""Before Django: which sockets open, and whose spans are taken."""

from typing import Any

import pytest

from dashboard.access.guards import SendingGuard, SocketGuard
from dashboard.access.keys import Keys, new_member
from dashboard.access.roles import COOKIE, Access
from dashboard.access.sending import sender_of
from dashboard.types import Scope

KEYS = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")


async def _through_the_guard(scope: dict[str, Any], keys: Keys | None = None) -> list[Any]:
    """What the client is sent; the guarded application says only that it was reached."""
    sent: list[Any] = []

    async def application(_scope: Scope, _receive: Any, send: Any) -> None:
        await send("reached")

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    guard = SocketGuard if scope["type"] == "websocket" else SendingGuard
    await guard(application, Access(keys))(scope, receive, send)
    return sent


def _scope(kind: str, client: str, **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    pairs = [(b"host", b"192.0.2.7:8000"), *pairs] if "host" not in headers else pairs
    return {"type": kind, "path": "/live", "client": [client, 5000], "server": ["192.0.2.7", 8000], "headers": pairs}


async def test_a_socket_without_a_cookie_is_closed_before_it_opens() -> None:
    assert await _through_the_guard(_scope("websocket", "127.0.0.1"), KEYS) == [{"type": "websocket.close"}]


async def test_a_socket_with_a_members_cookie_opens() -> None:
    scope = _scope("websocket", "192.0.2.8", cookie=f"a=b; {COOKIE}={KEYS.cookie(new_member())}")
    assert await _through_the_guard(scope, KEYS) == ["reached"]


@pytest.mark.parametrize("client", ["127.0.0.1", "192.0.2.7"])
async def test_spans_from_this_machine_need_no_token(client: str) -> None:
    assert await _through_the_guard(_scope("http", client), KEYS) == ["reached"]


@pytest.mark.parametrize("key", ["the-presenters-token", "the-key-for-sending"])
async def test_spans_from_another_machine_need_a_key(key: str) -> None:
    start, body = await _through_the_guard(_scope("http", "192.0.2.8"), KEYS)
    assert start["status"] == 403
    assert b"Authorization: Bearer" in body["body"]
    scope = _scope("http", "192.0.2.8", authorization=f"Bearer {key}")
    assert await _through_the_guard(scope, KEYS) == ["reached"]


@pytest.mark.parametrize("key", ["K7M4QX", "", "the-key-for-sendin", "é"])
async def test_no_other_secret_sends(key: str) -> None:
    start, _ = await _through_the_guard(_scope("http", "192.0.2.8", authorization=f"Bearer {key}"), KEYS)
    assert start["status"] == 403


async def test_spans_that_came_through_a_proxy_are_not_from_this_machine() -> None:
    start, _ = await _through_the_guard(_scope("http", "127.0.0.1", x_forwarded_for="198.51.100.1"), KEYS)
    assert start["status"] == 403


async def test_on_loopback_sockets_and_spans_need_nothing() -> None:
    assert await _through_the_guard(_scope("websocket", "127.0.0.1")) == ["reached"]
    assert await _through_the_guard(_scope("http", "127.0.0.1")) == ["reached"]


@pytest.mark.parametrize(
    "host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "a.localhost", "192.0.2.7", "testserver"]
)
async def test_spans_are_taken_under_our_own_names(host: str) -> None:
    assert await _through_the_guard(_scope("http", "127.0.0.1", host=host)) == ["reached"]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "localhost.evil.example", "a b", "[::1"])
@pytest.mark.parametrize("keys", [None, KEYS])
async def test_under_another_name_spans_need_a_key(host: str, keys: Keys | None) -> None:
    start, body = await _through_the_guard(_scope("http", "127.0.0.1", host=host), keys)
    assert start["status"] == 403
    assert b"ALLOWED_HOSTS" in body["body"]
    scope = _scope("http", "127.0.0.1", host=host, authorization="Bearer the-key-for-sending")
    assert await _through_the_guard(scope, KEYS) == ["reached"]


def test_two_connections_of_one_process_are_one_sender_and_others_are_not() -> None:
    ours = _scope("http", "127.0.0.1", x_gatescope_sender="a" * 32)
    elsewhere = {**ours, "client": ["127.0.0.1", 6000]}
    assert sender_of(ours) == sender_of(elsewhere)
    assert sender_of(_scope("http", "127.0.0.1", x_gatescope_sender="b" * 32)) != sender_of(ours)
    stock = _scope("http", "127.0.0.1")
    assert sender_of(stock) != sender_of({**stock, "client": ["127.0.0.1", 6000]})
    assert "a" * 32 not in sender_of(ours)
