"""What the tests of firing share: a server of a few lines, and everything that a runner tells the outside."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager

from dashboard.runs.orders import PRESENTER, Order, parse_order
from dashboard.runs.results import RunResult
from dashboard.runs.runner import Runner
from dashboard.runs.target import Target
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from tests.support.async_server import serve

Answer = Callable[[bytes, asyncio.StreamWriter], Coroutine[None, None, None]]
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@asynccontextmanager
async def listening(answer: Answer) -> AsyncIterator[str]:
    """A server on a free port that reads one request's head and lets `answer` do the rest."""

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        answering, leaving = asyncio.ensure_future(answer(head, writer)), asyncio.ensure_future(reader.read())
        try:
            # Whoever hangs does so until the client leaves.
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                await answering
        finally:
            answering.cancel()
            leaving.cancel()
            writer.close()

    async with serve(serve_one) as port:
        yield f"http://127.0.0.1:{port}"


async def answer_ok(head: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(OK)
    await writer.drain()


class Recorder:
    """Everything a runner tells the outside."""

    def __init__(self) -> None:
        self.store = TraceStore()
        self.versions: list[Span] = []
        self.finished: list[RunResult] = []
        self.runner = Runner(self.arrived, self.store.trace, lambda run: None, self.keep)

    def arrived(self, spans: Sequence[Span]) -> None:
        self.versions += spans
        self.store.absorb(spans)

    async def keep(self, run: RunResult) -> None:
        self.finished.append(run)

    async def fire(self, order: Order, url: str) -> RunResult:
        """The finished run."""
        run = self.runner.start(order, {"uvicorn": Target.of_url(url)})
        await run.done.wait()
        while run.id not in [each.id for each in self.finished]:
            await asyncio.sleep(0)
        return self.finished[-1]


def order(count: int = 1, scenario: str = "hello", **fields: str) -> Order:
    return parse_order(["uvicorn"], {"scenario": scenario, "count": str(count), **fields}, ["uvicorn"], PRESENTER)
