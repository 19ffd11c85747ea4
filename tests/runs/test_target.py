"""A connection to a target ends with its use."""

import asyncio
import ssl
from pathlib import Path

from dashboard.fleet import certificate
from dashboard.runs.target import Target
from tests.support.async_server import serve

SIZE = 64 * 2**20


async def test_over_tls_a_connection_may_have_been_closed_before(tmp_path: Path) -> None:
    certificate.ensure(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / certificate.CERTIFICATE, tmp_path / certificate.KEY)

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    for times in range(3):
        async with (
            serve(wait, tls) as port,
            Target("127.0.0.1", port, tls=True).connection("http/1.1") as (_, writer),
        ):
            for _ in range(times):
                writer.close()


async def test_what_the_server_did_not_read_is_not_kept_for_it() -> None:
    left = asyncio.Event()
    received = asyncio.get_running_loop().create_future()

    async def read_late(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        size = 0
        await left.wait()
        try:
            while piece := await reader.read(2**20):
                size += len(piece)
        finally:
            received.set_result(size)

    async with serve(read_late) as port:
        async with Target("127.0.0.1", port).connection("http/1.1") as (_, writer):
            writer.write(bytes(SIZE))
        left.set()
        # What the kernel's buffers held.
        assert await asyncio.wait_for(received, 20) < SIZE / 2
