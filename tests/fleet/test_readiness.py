"""Ready means: an HTTP request was answered."""

import asyncio
import socket

import pytest

from dashboard.fleet.readiness import wait_until_answered
from dashboard.traces.internal import INTERNAL_TRACE_PREFIX


async def _serve(answer: bytes, heard: list[bytes]) -> asyncio.Server:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        writer.close()

    return await asyncio.start_server(handle, "127.0.0.1", 0)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


async def test_any_http_answer_counts() -> None:
    async with await _serve(b"HTTP/1.1 500 Oh no\r\n\r\n", []) as server:
        await asyncio.wait_for(wait_until_answered(_port(server)), 10)


async def test_an_open_port_without_an_answer_does_not_count() -> None:
    with socket.create_server(("127.0.0.1", 0)) as backlog, pytest.raises(TimeoutError):
        await asyncio.wait_for(wait_until_answered(backlog.getsockname()[1]), 0.3)


async def test_an_answer_that_is_not_http_does_not_count() -> None:
    async with await _serve(b"220 mail ready\r\n", []) as server:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(wait_until_answered(_port(server)), 0.3)


async def test_the_request_can_be_told_from_a_users_by_its_trace_id() -> None:
    heard: list[bytes] = []
    async with await _serve(b"HTTP/1.1 200 OK\r\n\r\n", heard) as server:
        await asyncio.wait_for(wait_until_answered(_port(server)), 10)
    assert f"traceparent: 00-{INTERNAL_TRACE_PREFIX}".encode() in heard[0]
