"""Which pages may open a socket."""

from typing import Any

import pytest
from channels.testing import WebsocketCommunicator
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.origin import OriginGuard, is_same_origin
from dashboard.types import Receive, Scope, Send


def scope(*origins: str | bytes, host: str = "127.0.0.1:8000", scheme: str | None = None) -> dict[str, Any]:
    headers = [(b"host", host.encode())]
    headers += [(b"origin", origin if isinstance(origin, bytes) else origin.encode()) for origin in origins]
    return {"type": "websocket", "headers": headers} | ({"scheme": scheme} if scheme else {})


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", None),
        ("http://localhost", "localhost", "ws"),
        ("http://localhost", "localhost:80", "ws"),
        ("https://localhost", "localhost:443", "wss"),
        ("http://[::1]:8000", "[::1]:8000", "ws"),
        ("HTTP://LocalHost:8000", "localhost:8000", "ws"),
    ],
)
def test_our_own_page_is_let_in(origin: str, host: str, scheme: str) -> None:
    assert is_same_origin(scope(origin, host=host, scheme=scheme))


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8105",
        "http://127.0.0.1",
        "https://127.0.0.1:8000",
        "http://localhost:8000",
        "http://evil.example:8000",
        "null",
        "",
        "127.0.0.1:8000",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/path",
        "http://127.0.0.1:8000?x",
        "http://user@127.0.0.1:8000",
        "http://127.0.0.1:8000@evil.example",
        "http://127.0.0.1:80000",
        "http://127.0.0.1:x",
        "http://[::1",
        "file://",
        "javascript:alert(1)",
        "http://127.0.0.1:8000 http://127.0.0.1:8000",
        "http://127.0.0.1:8000,http://127.0.0.1:8000",
        b"\xff\xfe",
    ],
)
def test_any_other_origin_is_kept_out(origin: str) -> None:
    assert not is_same_origin(scope(origin))


def test_a_missing_origin_is_kept_out() -> None:
    assert not is_same_origin(scope())


def test_two_origins_are_kept_out() -> None:
    assert not is_same_origin(scope("http://127.0.0.1:8000", "http://127.0.0.1:8000"))


def test_a_host_that_is_not_allowed_is_kept_out_though_the_origin_agrees() -> None:
    assert not is_same_origin(scope("http://evil.example:8000", host="evil.example:8000"))


def test_a_missing_host_is_kept_out() -> None:
    assert not is_same_origin({"type": "websocket", "headers": [(b"origin", b"http://127.0.0.1:8000")]})


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_no_header_makes_a_traceback(origin: bytes, host: bytes) -> None:
    is_same_origin({"type": "websocket", "headers": [(b"origin", origin), (b"host", host)]})


async def test_the_handshake_is_denied_and_the_application_not_asked() -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    guarded = WebsocketCommunicator(OriginGuard(application), "/live", headers=[(b"origin", b"null")])
    connected, _ = await guarded.connect()
    assert not connected
