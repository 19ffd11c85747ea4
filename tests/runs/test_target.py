"""A connection to a target ends with its use."""

import asyncio

from dashboard.runs.target import Target
from tests.support.async_server import serve

SIZE = 64 * 2**20


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
