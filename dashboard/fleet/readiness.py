"""Readiness: a server is up when it has answered a real request (Redis a PING), not when its port is open.

Gunicorn and uWSGI open the port long before a worker can serve; a client would wait in the backlog.
"""

import asyncio
import secrets
from contextlib import suppress

from dashboard.fleet.certificate import unverified_context
from dashboard.traces.internal import new_internal_trace_id

PATH = "/hello/"
RETRY_S = 0.05


async def wait_until_answered(
    port: int, *, host: str = "127.0.0.1", path: str = PATH, tls: bool = False, store: bool = False
) -> None:
    """Return as soon as the server on `port` has answered a request; wait for ever if it never does."""
    while True:
        with suppress(OSError, EOFError):
            await (ping(host, port) if store else ask(host, port, path, tls=tls))
            return
        await asyncio.sleep(RETRY_S)


async def connect(host: str, port: int) -> None:
    """Open a connection and close it. Raises OSError when nobody listens."""
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def ask(host: str, port: int, path: str = PATH, *, tls: bool = False) -> None:
    """Send one GET and read its status line. Raises OSError or EOFError when there is no HTTP answer."""
    reader, writer = await asyncio.open_connection(host, port, ssl=unverified_context("http/1.1") if tls else None)
    try:
        writer.write(_request(host, port, path))
        status_line = await reader.readline()
        if not status_line.startswith(b"HTTP/"):
            raise EOFError
        # Read to the end, or the server would log a broken pipe.
        await reader.read()
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def ping(host: str, port: int) -> None:
    """Send PING to a Redis. Raises OSError or EOFError when it does not answer PONG."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b"PING\r\n")
        if await reader.readline() != b"+PONG\r\n":
            raise EOFError
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _request(host: str, port: int, path: str) -> bytes:
    traceparent = f"00-{new_internal_trace_id()}-{secrets.token_hex(8)}-01"
    name = f"[{host}]" if ":" in host else host
    return (
        f"GET {path} HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n"
        f"User-Agent: gatescope-readiness\r\ntraceparent: {traceparent}\r\n\r\n"
    ).encode()
