"""What a viewer says costs the others nothing, however fast it comes: on the real server, over real sockets."""

import asyncio
import json
import socket
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from dashboard.access.roles import Access
from dashboard.ingest.app import Ingest
from dashboard.live.hub import Hub
from dashboard.live.limits import ViewerLimits
from dashboard.server.policy import DashboardPolicy
from dashboard.server.viewer_socket import TOO_MANY_MESSAGES, Allowance
from tests.support.bare_dashboard import Served, serving
from tests.support.viewer import Model, until, watch

LIMITS = ViewerLimits()
RULE = DashboardPolicy(Access(), Ingest(Hub())).message_rule


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_page_that_acknowledges_every_frame_is_never_held_back() -> None:
    clock = Clock()
    allowance = Allowance(RULE, clock)
    for _ in range(60 * 30):
        clock.now += 1 / 30
        allowance.take_bytes(30)
        assert allowance.take_message()
    clock.now += 60
    assert all(allowance.take_message() for _ in range(LIMITS.unacked_frames))
    assert not allowance.is_used_up


def test_what_comes_too_fast_is_dropped_and_counted_and_too_much_of_it_ends_the_socket() -> None:
    clock = Clock()
    allowance = Allowance(RULE, clock)
    taken = sum(allowance.take_message() for _ in range(RULE.burst + RULE.dropped))
    assert (taken, allowance.dropped, allowance.is_used_up) == (RULE.burst, RULE.dropped, False)
    assert not allowance.take_message()
    assert allowance.is_used_up


def test_bytes_that_are_no_message_end_it_too() -> None:
    allowance = Allowance(RULE, Clock())
    allowance.take_bytes(RULE.burst_bytes)
    assert not allowance.is_used_up
    allowance.take_bytes(1)
    assert allowance.is_used_up


@given(st.lists(st.tuples(st.floats(-5, 5), st.integers(1, 50)), max_size=50))
def test_no_clock_gives_more_than_the_rate_and_one_burst(steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    allowance = Allowance(RULE, clock)
    taken = forward = 0.0
    for passed, messages in steps:
        clock.now += passed
        forward += max(passed, 0.0)
        taken += sum(allowance.take_message() for _ in range(messages))
    assert taken <= RULE.burst + RULE.per_s * forward + 1


@pytest.fixture
def server(tmp_path: object) -> object:
    """A dashboard without pages."""
    with serving(tmp_path) as served:  # type: ignore[arg-type]
        yield served


async def shout(viewer: ClientConnection, message: str) -> int:
    """Say something as often as possible. Return the code with which the socket was closed."""
    with suppress(ConnectionClosed):
        while True:
            await asyncio.gather(*(viewer.send(message) for _ in range(500)))
    await viewer.wait_closed()
    return viewer.close_code or 0


@pytest.mark.parametrize("message", [json.dumps({"ack": 0}), "", "x" * 900])
async def test_a_viewer_that_shouts_is_cut_off_and_others_see_everything(server: Served, message: str) -> None:
    async with connect(server.live, origin=server.url) as other, connect(server.live, origin=server.url) as loud:
        model = Model()
        watching = asyncio.create_task(watch(other, model))
        async with asyncio.timeout(20):
            assert await shout(loud, message) in {TOO_MANY_MESSAGES, 1006}
        seen = len(model.seqs)
        await until(lambda: len(model.seqs) > seen + 2)
        assert model.missed == 0
        watching.cancel()
    async with connect(server.live, origin=server.url) as again:
        assert json.loads(await again.recv())["snapshot"]


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(b"\x89\x80\x00\x00\x00\x00", id="pings"),
        pytest.param(b"\x00\x80\x00\x00\x00\x00", id="pieces without content"),
    ],
)
async def test_frames_that_are_no_messages_are_counted_as_well(server: Served, frame: bytes) -> None:
    async with connect(server.live, origin=server.url) as viewer:
        raw: socket.socket = viewer.transport.get_extra_info("socket")
        assert raw.getpeername()[1] == server.port
        # The beginning of a message that never ends; then frames as fast as they are taken.
        viewer.transport.write(b"\x01\x80" + struct.pack("!I", 0))
        async with asyncio.timeout(20):
            while not viewer.transport.is_closing() and viewer.close_code is None:
                viewer.transport.write(frame * 1_000)
                await asyncio.sleep(0.001)
    assert viewer.close_code in {TOO_MANY_MESSAGES, 1006, None}
