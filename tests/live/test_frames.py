"""Frames are split by size and are JSON."""

import json

from dashboard.live import frames
from dashboard.live.limits import MESSAGE_BYTES
from dashboard.traces.store import StoredSpan, TraceStore
from tests.support.spans import make_span


def stored(count: int) -> list[StoredSpan]:
    store = TraceStore()
    store.absorb(make_span(number, name="</script>\u2028é") for number in range(count))
    return store.since(0)


def test_pieces_stay_below_the_limit_and_hold_everything_in_order() -> None:
    items = stored(100)
    pieces = list(frames.split(items, 5_000))
    assert len(pieces) > 5
    assert [item for piece in pieces for item in piece] == items
    assert all(len(frames.encode_spans(piece)) <= 5_000 + 2 for piece in pieces)


def test_a_span_above_the_limit_makes_a_piece_of_its_own() -> None:
    assert [len(piece) for piece in frames.split(stored(3), 10)] == [1, 1, 1]


def test_nothing_makes_no_piece() -> None:
    assert list(frames.split([], 10)) == []


def test_a_frame_is_json() -> None:
    frame = json.loads(frames.encode_frame(7, frames.encode_body(stored(2), {"kept": '{"spans": 2}'})))
    assert frame["seq"] == 7
    assert frame["kept"] == {"spans": 2}
    assert [span["name"] for span in frame["spans"]] == ["</script>\u2028é"] * 2


def test_a_frame_never_exceeds_what_a_socket_carries_and_says_what_it_leaves_out() -> None:
    store = TraceStore()
    store.absorb([make_span(1), make_span(2, name="x" * MESSAGE_BYTES), make_span(3)])
    members = {"losses": json.dumps({"x" * 200: {"dropped_spans": 1}})}
    text = frames.encode_frame(7, frames.encode_body(store.since(0), members))
    assert len(text) <= MESSAGE_BYTES
    frame = json.loads(text)
    assert [span["name"] for span in frame["spans"]] == ["span 1", "span 3"]
    assert frame["too_large"] == 1


def test_a_frame_that_is_whole_says_nothing_of_it() -> None:
    assert "too_large" not in json.loads(frames.encode_frame(0, frames.encode_body(stored(2), {})))
