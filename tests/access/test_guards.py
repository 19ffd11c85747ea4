"""Before Django: which sockets open, and whose spans are taken."""

from typing import Any

import pytest

from dashboard.access.guards import AccessGuard
from dashboard.access.keys import Keys
from dashboard.access.roles import COOKIE, Access
from dashboard.types import Scope

KEYS = Keys("the-presenters-token", "K7M4QX")


async def _through_the_guard(scope: dict[str, Any], keys: Keys | None = None) -> list[Any]:
    """What the client is sent; the guarded application says only that it was reached."""
    sent: list[Any] = []

    async def application(_scope: Scope, _receive: Any, send: Any) -> None:
        await send("reached")

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await AccessGuard(application, Access(keys))(scope, receive, send)
    return sent


def _scope(kind: str, client: str, **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": kind, "client": [client, 5000], "server": ["192.0.2.7", 8000], "headers": pairs}


async def test_a_socket_without_a_cookie_is_closed_before_it_opens() -> None:
    assert await _through_the_guard(_scope("websocket", "127.0.0.1"), KEYS) == [{"type": "websocket.close"}]


async def test_a_socket_with_a_viewers_cookie_opens() -> None:
    scope = _scope("websocket", "192.0.2.8", cookie=f"a=b; {COOKIE}={KEYS.cookie('viewer')}")
    assert await _through_the_guard(scope, KEYS) == ["reached"]


@pytest.mark.parametrize("client", ["127.0.0.1", "192.0.2.7"])
async def test_spans_from_this_machine_need_no_token(client: str) -> None:
    assert await _through_the_guard(_scope("http", client), KEYS) == ["reached"]


async def test_spans_from_another_machine_need_the_token() -> None:
    start, body = await _through_the_guard(_scope("http", "192.0.2.8"), KEYS)
    assert start["status"] == 403
    assert b"Authorization: Bearer" in body["body"]
    scope = _scope("http", "192.0.2.8", authorization="Bearer the-presenters-token")
    assert await _through_the_guard(scope, KEYS) == ["reached"]


async def test_spans_that_came_through_a_proxy_are_not_from_this_machine() -> None:
    start, _ = await _through_the_guard(_scope("http", "127.0.0.1", x_forwarded_for="198.51.100.1"), KEYS)
    assert start["status"] == 403


async def test_on_loopback_sockets_and_spans_need_nothing() -> None:
    assert await _through_the_guard(_scope("websocket", "127.0.0.1")) == ["reached"]
    assert await _through_the_guard(_scope("http", "127.0.0.1")) == ["reached"]
