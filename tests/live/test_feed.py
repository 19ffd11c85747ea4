"""What a viewer still has to be sent: a snapshot in parts, then news, then each frame; nothing while it is behind."""

import json
from typing import Any

from dashboard.live.feed import Feed, Phase, Piece
from dashboard.live.frames import HubStatus
from dashboard.live.messages import SpansArrived
from dashboard.traces.store import TraceStore
from tests.support.spans import make_open, make_span

FRAME_BYTES = 2_000


def make_feed(store: TraceStore) -> Feed:
    return Feed(store, lambda: HubStatus(store.counts(), losses={}, notice="", conflicts=0, backlog={}), FRAME_BYTES)


def filled(store: TraceStore) -> Feed:
    """A feed whose viewer has everything."""
    feed = make_feed(store)
    feed.start_over()
    drain(feed)
    return feed


def drain(feed: Feed) -> list[dict[str, Any]]:
    """Send what there is, and return it decoded."""
    sent = []
    while piece := feed.next_piece():
        sent.append(decode(piece))
        feed.advance(piece)
    return sent


def decode(piece: Piece) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(f"{{{piece.body}}}")
    return decoded


def frame(since: int, revision: int, count: int = 1) -> SpansArrived:
    return {"type": "spans.arrived", "hub": "h", "since": since, "revision": revision, "count": count, "body": ""}


def test_a_snapshot_of_nothing_has_one_empty_part_and_then_the_viewer_is_level() -> None:
    feed = make_feed(TraceStore())
    feed.start_over()
    [part] = drain(feed)
    assert (part["snapshot"], part["part"], part["parts"], part["missed"], part["spans"]) == (True, 1, 1, 0, [])
    assert feed.phase is Phase.LEVEL


def test_a_snapshot_comes_in_numbered_parts_with_every_span_once() -> None:
    store = TraceStore()
    store.absorb(make_span(number) for number in range(30))
    parts = drain_from_start(store)
    assert [part["part"] for part in parts] == list(range(1, parts[0]["parts"] + 1))
    assert [span["name"] for part in parts for span in part["spans"]] == [f"span {number}" for number in range(30)]


def drain_from_start(store: TraceStore) -> list[dict[str, Any]]:
    feed = make_feed(store)
    feed.start_over()
    return drain(feed)


def test_a_piece_that_was_not_sent_is_next_again() -> None:
    store = TraceStore()
    store.absorb(make_span(number) for number in range(30))
    feed = make_feed(store)
    feed.start_over()
    first, again = feed.next_piece(), feed.next_piece()
    assert first
    assert again
    assert decode(first)["part"] == decode(again)["part"] == 1


def test_what_changes_during_a_snapshot_follows_it_before_the_viewer_is_level() -> None:
    store = TraceStore()
    store.absorb([make_open(1)])
    feed = make_feed(store)
    feed.start_over()
    part = feed.next_piece()
    assert part
    feed.advance(part)
    store.absorb([make_span(2)])
    [news] = drain(feed)
    assert "snapshot" not in news
    assert [span["name"] for span in news["spans"]] == ["span 2"]
    assert feed.phase is Phase.LEVEL


def test_a_level_viewer_wants_news_and_heartbeats_but_nothing_twice() -> None:
    store = TraceStore()
    store.absorb([make_span(1)])
    feed = filled(store)
    assert not feed.wants(frame(since=0, revision=1))
    assert feed.wants(frame(since=1, revision=1, count=0))
    assert feed.wants(frame(since=1, revision=2))


def test_a_frame_that_begins_beyond_the_position_shows_that_one_was_lost() -> None:
    store = TraceStore()
    store.absorb([make_span(1)])
    feed = filled(store)
    assert not feed.lost_before(frame(since=1, revision=2))
    assert feed.lost_before(frame(since=2, revision=3))


def test_while_it_is_filled_a_viewer_wants_no_frame() -> None:
    feed = make_feed(TraceStore())
    feed.start_over()
    assert not feed.wants(frame(since=0, revision=1))
    assert not feed.lost_before(frame(since=5, revision=6))


def test_what_a_viewer_misses_is_counted_told_with_its_next_snapshot_and_then_forgotten() -> None:
    store = TraceStore()
    feed = filled(store)
    feed.fall_behind(2)
    feed.fall_behind(3)
    assert feed.phase is Phase.BEHIND
    assert not feed.wants(frame(since=0, revision=1))
    feed.start_over()
    assert [part["missed"] for part in drain(feed)] == [5]
    feed.start_over()
    assert [part["missed"] for part in drain(feed)] == [0]


def test_a_viewer_is_outdated_only_when_it_is_level_and_the_store_went_on() -> None:
    store = TraceStore()
    feed = filled(store)
    assert not feed.is_outdated
    store.absorb([make_span(1)])
    assert feed.is_outdated
    feed.fall_behind(1)
    assert not feed.is_outdated


def test_what_is_evicted_between_two_parts_is_left_out() -> None:
    store = TraceStore()
    store.absorb([make_span(1, trace=1), make_span(2, trace=2)])
    feed = make_feed(store)
    feed.start_over()
    store.limits = type(store.limits)(traces=1)
    store.absorb([make_span(3, trace=2)])
    names = [span["name"] for part in drain(feed) for span in part["spans"]]
    assert "span 1" not in names
