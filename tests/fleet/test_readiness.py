"""Ready means: an HTTP request was answered."""

import asyncio
import socket
from contextlib import AbstractAsyncContextManager, suppress

import pytest

from dashboard.fleet import readiness
from dashboard.fleet.readiness import ANY_STATUS, BrokenApplicationError, ask, wait_until_answered
from dashboard.traces.internal import INTERNAL_TRACE_PREFIX
from tests.support.async_server import serve


def _answering(answer: bytes, heard: list[bytes] | None = None) -> AbstractAsyncContextManager[int]:
    heard = [] if heard is None else heard

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()

    return serve(handle)


async def test_an_answer_of_the_application_counts() -> None:
    async with _answering(b"HTTP/1.1 200 OK\r\n\r\n") as port:
        await asyncio.wait_for(wait_until_answered(port), 10)


@pytest.mark.parametrize("status", [404, 500, 502, 503])
async def test_a_server_that_goes_on_answering_with_errors_is_broken(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "BROKEN_AFTER_S", 0.2)
    async with _answering(f"HTTP/1.1 {status} Oh no\r\n\r\n".encode()) as port:
        with pytest.raises(BrokenApplicationError, match=f"answers {status} to /hello/"):
            await asyncio.wait_for(wait_until_answered(port), 10)


async def test_of_a_proxy_any_answer_counts() -> None:
    async with _answering(b"HTTP/1.1 404 Not Found\r\n\r\n") as port:
        await asyncio.wait_for(wait_until_answered(port, wanted=ANY_STATUS), 10)


@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 "])
async def test_of_an_answer_without_end_only_the_beginning_is_read(beginning: bytes) -> None:
    sent = 0

    async def send_on(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(beginning)
        with suppress(ConnectionError):
            while sent < 64 * 2**20:
                writer.write(bytes(2**16))
                sent += 2**16
                await writer.drain()
        writer.close()

    async with serve(send_on) as port:
        with suppress(EOFError):
            await asyncio.wait_for(ask("127.0.0.1", port), 20)
    # What the kernel's buffers hold, and not more.
    assert sent < 32 * 2**20


async def test_an_open_port_without_an_answer_does_not_count() -> None:
    with socket.create_server(("127.0.0.1", 0)) as backlog, pytest.raises(TimeoutError):
        await asyncio.wait_for(wait_until_answered(backlog.getsockname()[1]), 0.3)


async def test_an_answer_that_is_not_http_does_not_count() -> None:
    async with _answering(b"220 mail ready\r\n") as port:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait_until_answered(port), 0.3)


async def test_the_request_can_be_told_from_a_users_by_its_trace_id() -> None:
    heard: list[bytes] = []
    async with _answering(b"HTTP/1.1 200 OK\r\n\r\n", heard) as port:
        await asyncio.wait_for(wait_until_answered(port), 10)
    assert f"traceparent: 00-{INTERNAL_TRACE_PREFIX}".encode() in heard[0]
