"""The hub publishes at a steady pace, from any thread and on whatever loop it is used."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from dashboard.live.hub import Hub
from dashboard.live.messages import FragmentChanged, SpansArrived
from dashboard.traces.losses import Losses
from tests.live.conftest import Visit
from tests.support.spans import make_open, make_span


async def test_spans_become_one_frame_and_not_one_each(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    for number in range(20):
        hub.receive([make_open(number)])
    assert len((await page.news())["spans"]) == 20


async def test_a_frame_comes_at_most_every_33_ms(hub: Hub, visit: Visit) -> None:
    page = await visit()
    stamps: list[tuple[int, float]] = []
    for number in range(200):
        hub.receive([make_open(number)])
        await asyncio.sleep(0.002)
    while len({seq for seq, _ in stamps}) < 5:
        frame = await page.frame()
        stamps.append((frame["seq"], frame["now_ns"]))
    gaps = [after - before for (_, before), (_, after) in pairwise(stamps[1:])]
    assert min(gaps) >= 32_000_000


async def test_large_news_is_split_into_frames(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    hub.receive(make_span(number) for number in range(300))
    found = 0
    while found < 300:
        frame = await page.news()
        assert 0 < len(frame["spans"]) < 100
        found += len(frame["spans"])


async def test_a_heartbeat_comes_within_a_second(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    async with asyncio.timeout(2.5):
        beats = [await page.frame() for _ in range(2)]
    assert beats[-1]["now_ns"] - beats[-2]["now_ns"] <= 1_000_000_000 * 1.3


async def test_of_two_versions_between_frames_the_last_is_sent(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    hub.receive([make_open(1)])
    hub.receive([make_span(1)])
    [span] = (await page.news())["spans"]
    assert span["end_ns"] is not None


async def test_a_newer_open_version_replaces_an_older_one(hub: Hub) -> None:
    hub.receive([make_open(1, attributes={"gatescope.state": "running"})])
    hub.receive([make_open(1, attributes={"gatescope.state": "suspended"})])
    [span] = hub.store.snapshot()
    assert span.attributes["gatescope.state"] == "suspended"


async def test_losses_are_in_the_next_frame_and_only_when_they_change(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    await page.frame()
    hub.receive([], [Losses("uwsgi", "a:1", dropped_spans=3)])
    assert (await page.frame())["losses"]["uwsgi"]["dropped_spans"] == 3
    assert "losses" not in await page.frame()


async def test_spans_from_another_thread_are_published(hub: Hub, visit: Visit) -> None:
    page = await visit()
    await page.frame()
    thread = threading.Thread(target=hub.receive, args=([make_span(1)],))
    thread.start()
    assert len((await page.news())["spans"]) == 1
    thread.join()


async def test_a_fragment_reaches_those_who_watch_and_those_who_come_later(hub: Hub, visit: Visit) -> None:
    early = await visit()
    hub.show_fragment("fleet", "\n<div>old</div>")
    hub.show_fragment("fleet", "<div>new</div>")
    late = await visit()
    for page in (early, late):
        texts = [await page.receive_from(5) for _ in range(3)]
        assert "<div>new</div>" in texts


@pytest.mark.parametrize("html", ["", "text", "<" + "x" * 2_000_000])
async def test_what_is_no_fragment_is_refused(hub: Hub, html: str) -> None:
    with pytest.raises(ValueError, match="expected HTML"):
        hub.show_fragment("fleet", html)


def test_what_arrived_before_a_loop_runs_is_published_later() -> None:
    made = Hub()
    made.receive([make_span(1)])

    async def run() -> None:
        await made.start()
        await asyncio.sleep(0.1)
        await made.stop()

    asyncio.run(run())
    assert made._published == made.store.revision == 1


def test_a_hub_goes_on_when_its_loop_ended() -> None:
    made = Hub()

    async def run() -> None:
        made.receive([make_span(made.store.revision + 1)])
        await asyncio.sleep(0.1)

    asyncio.run(run())
    asyncio.run(run())
    assert made._published == 2


async def test_a_layer_that_fails_is_survived(
    hub: Hub, visit: Visit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    page = await visit()
    await page.frame()
    monkeypatch.setattr(hub, "_send", _fail_once(hub._send))
    hub.receive([make_span(1)])
    assert len((await page.news())["spans"]) == 1
    assert "could not be published" in caplog.text


Publish = Callable[[SpansArrived | FragmentChanged], Awaitable[None]]


def _fail_once(send: Publish) -> Publish:
    failures = [OSError("away")]

    async def wrapped(message: SpansArrived | FragmentChanged) -> None:
        if failures:
            raise failures.pop()
        await send(message)

    return wrapped


async def test_the_kernel_s_backlog_is_in_a_frame_when_it_changed_and_in_each_snapshot(
    hub: Hub, visit: Visit
) -> None:
    page = await visit()
    assert "backlog" not in await page.frame()
    hub.show_backlog({"gunicorn-sync": 6})
    frames = [await page.frame() for _ in range(3)]
    assert [frame["backlog"] for frame in frames if "backlog" in frame] == [{"gunicorn-sync": 6}]
    late = await visit()
    assert (await late.frame())["backlog"] == {"gunicorn-sync": 6}
