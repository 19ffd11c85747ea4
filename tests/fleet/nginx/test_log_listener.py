"""Lines of nginx arrive as spans; those that cannot be read, or that the kernel dropped, are counted."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pytest

from dashboard.fleet.nginx.log_listener import LogListener
from dashboard.traces.internal import new_internal_trace_id
from dashboard.traces.losses import Losses
from dashboard.traces.span import Span
from tests.fleet.nginx.test_access_log import PARENT, TRACE, error, line

MALFORMED = (
    b"",
    b"\xff\xfe",
    b"<190>Nov 24 18:00:00 gatescope: {",
    b"<190>Nov 24 18:00:00 gatescope: []",
    b"<190>Nov 24 18:00:00 gatescope: {}",
    b"<190>Nov 24 18:00:00 someone: {}",
    line(ended="soon"),
    line(ended="inf"),
    line(way="elsewhere"),
    line(id=""),
    line(id="0" * 32),
)


@dataclass
class Heard:
    """What a listener passed on, and where to send lines to it."""

    port: int = 0
    spans: list[Span] = field(default_factory=list)
    losses: list[Losses] = field(default_factory=list)

    def take(self, spans: Sequence[Span], losses: Sequence[Losses]) -> None:
        self.spans += spans
        self.losses += losses

    def send(self, lines: Iterable[bytes]) -> None:
        """Send all lines in one turn of the loop: meanwhile nobody reads."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for one in lines:
                sender.sendto(one, ("127.0.0.1", self.port))

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0.01)

    @property
    def dropped(self) -> int:
        return self.losses[-1].dropped_spans if self.losses else 0


@pytest.fixture
async def heard() -> AsyncIterator[Heard]:
    heard = Heard()
    log = await LogListener.listen("nginx", heard.take, receive_bytes=16 * 1024)
    heard.port = log.port
    yield heard
    log.close()


async def test_lines_that_cannot_be_read_are_counted_and_the_others_arrive(heard: Heard) -> None:
    heard.send([*MALFORMED, line(traceparent=f"00-{new_internal_trace_id()}-{PARENT}-01"), line()])
    await heard.until(lambda: bool(heard.spans))
    assert [span.trace_id for span in heard.spans] == [TRACE]
    assert (heard.losses[-1].server, heard.dropped) == ("nginx", len(MALFORMED))


async def test_every_line_that_the_kernel_has_no_room_for_is_counted(heard: Heard) -> None:
    sent = 1_000
    heard.send([line()] * sent)
    await heard.until(lambda: len(heard.spans) + heard.dropped == sent)
    assert 0 < len(heard.spans) < sent


async def test_an_answer_that_broke_off_is_told_once_and_of_its_own_connection(heard: Heard) -> None:
    broke = error("upstream prematurely closed connection while reading upstream")
    heard.send([broke, line(connection="8"), line(connection="7"), line(connection="7")])
    await heard.until(lambda: len(heard.spans) == 3)
    assert [span.status for span in heard.spans] == ["unset", "error", "unset"]
    assert heard.losses == []
