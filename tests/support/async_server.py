"""A server of a few lines on the test's own loop, of which nothing is left when the test ends."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
TURNS_TO_ACCEPT = 4
"""How many turns of the loop lie between accepting a socket and telling about its connection."""


@asynccontextmanager
async def serve(handle: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Call ``handle`` for each connection to a free port, which is yielded.

    At the end every handler is cancelled and every connection closed. `asyncio.Server` does neither in Python 3.11:
    a transport that outlives its loop is then complained of in whichever test happens to run at that time.
    Raises what a handler raised, unless its client had left.
    """
    open_now: dict[asyncio.Future[None], asyncio.StreamWriter] = {}

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now[asyncio.ensure_future(handle(reader, writer))] = writer

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)  # noqa: TID251 -- this is its one place
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for _ in range(TURNS_TO_ACCEPT):
            await asyncio.sleep(0)
        for handling in open_now:
            handling.cancel()
        ends = await asyncio.gather(*open_now, return_exceptions=True)
        for writer in open_now.values():
            if not writer.is_closing():
                writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
        await server.wait_closed()
    for end in ends:
        if isinstance(end, Exception) and not isinstance(end, EOFError | OSError):
            raise end
