"""Readiness: a server is up when its application has answered a request (Redis a PING), not when its port is open.

Gunicorn and uWSGI open the port long before a worker can serve; a client would wait in the backlog. And an answer is
not enough: under mod_wsgi an application that cannot be imported answers 500, again and again.
"""

import asyncio
import secrets
import time
from collections.abc import Container
from contextlib import suppress

from dashboard.fleet.certificate import unverified_context
from dashboard.traces.internal import new_internal_trace_id

PATH = "/hello/"
RETRY_S = 0.05
RETRY_AFTER_ERROR_S = 0.5
BROKEN_AFTER_S = 4.0
"""For how long a server may answer with errors before its application counts as broken."""
LONGEST_ANSWER = 64 * 1024
"""How much of an answer is read, in bytes, so that the server sees no broken connection."""
READ_WITHIN_S = 2.0

SUCCESS = range(200, 300)
ANY_STATUS = range(100, 600)
"""For a proxy: which server it leads to is said by the name it is asked for."""


class BrokenApplicationError(Exception):
    """The server answers, but not as its application would; the message says what came."""


async def wait_until_answered(
    port: int, *, host: str = "127.0.0.1", path: str = PATH, tls: bool = False, wanted: Container[int] = SUCCESS
) -> None:
    """Return as soon as the server on `port` has answered a request; wait for ever if it never does.

    Raises BrokenApplicationError when it keeps answering with another status than the `wanted` ones.
    """
    broken_since: float | None = None
    while True:
        pause_s = RETRY_S
        with suppress(OSError, EOFError):
            status = await ask(host, port, path, tls=tls)
            if status in wanted:
                return
            now = time.monotonic()
            broken_since = now if broken_since is None else broken_since
            if now - broken_since > BROKEN_AFTER_S:
                raise BrokenApplicationError(describe_refusal(status, path))
            pause_s = RETRY_AFTER_ERROR_S
        await asyncio.sleep(pause_s)


async def wait_until_pong(port: int, *, host: str = "127.0.0.1") -> None:
    """Return as soon as the Redis on `port` has answered a PING; wait for ever if it never does."""
    while True:
        with suppress(OSError, EOFError):
            await ping(host, port)
            return
        await asyncio.sleep(RETRY_S)


def describe_refusal(status: int, path: str = PATH) -> str:
    """Say in one sentence what a server's answer of this status means."""
    return f"It answers {status} to {path}: its application does not work. See its last log lines."


async def connect(host: str, port: int) -> None:
    """Open a connection and close it. Raises OSError when nobody listens."""
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def ask(host: str, port: int, path: str = PATH, *, tls: bool = False) -> int:
    """Send one GET and return the status of the answer. Raises OSError or EOFError when there is no HTTP answer."""
    reader, writer = await asyncio.open_connection(host, port, ssl=unverified_context("http/1.1") if tls else None)
    try:
        writer.write(_request(host, port, path))
        status = _status(await _line(reader))
        with suppress(TimeoutError):
            async with asyncio.timeout(READ_WITHIN_S):
                await _read_on(reader)
        return status
    finally:
        # Not `close`: over TLS it waits for the farewell of a server that may send on and on.
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def ping(host: str, port: int) -> None:
    """Send PING to a Redis. Raises OSError or EOFError when it answers neither PONG nor that it wants a password."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b"PING\r\n")
        if not (await _line(reader)).startswith((b"+PONG", b"-NOAUTH")):
            raise EOFError
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Return the first line. Raises EOFError when it is longer than any."""
    try:
        return await reader.readline()
    except ValueError:
        raise EOFError from None


def _status(line: bytes) -> int:
    words = line.split(maxsplit=2)
    if len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():  # noqa: PLR2004
        raise EOFError
    return int(words[1])


async def _read_on(reader: asyncio.StreamReader) -> None:
    left = LONGEST_ANSWER
    while left > 0 and (piece := await reader.read(left)):
        left -= len(piece)


def _request(host: str, port: int, path: str) -> bytes:
    traceparent = f"00-{new_internal_trace_id()}-{secrets.token_hex(8)}-01"
    name = f"[{host}]" if ":" in host else host
    return (
        f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n"
        f"User-Agent: gatescope-readiness\r\ntraceparent: {traceparent}\r\n\r\n"
    ).encode()
