"""How much may be on its way to a viewer."""

import pytest

from dashboard.live.limits import ViewerLimits
from dashboard.live.window import Window


def window(**limits: int) -> Window:
    return Window(ViewerLimits(**limits))


def send(to: Window, count: int, size: int = 10) -> None:
    for _ in range(count):
        to.last_seq += 1
        to.sent(to.last_seq, size)


def test_bytes_are_bounded() -> None:
    room = window(unacked_bytes=100)
    send(room, 9)
    assert room.fits(10)
    assert not room.fits(11)


def test_frames_are_bounded() -> None:
    room = window(unacked_frames=3)
    send(room, 3)
    assert not room.fits(1)


def test_a_frame_above_the_bound_is_sent_alone() -> None:
    room = window(unacked_bytes=100)
    assert room.fits(500)
    send(room, 1, size=500)
    assert not room.fits(1)


def test_an_acknowledgement_frees_all_up_to_its_number() -> None:
    room = window()
    send(room, 5)
    assert room.acknowledge(2)
    assert (room.frames, room.bytes) == (2, 20)


@pytest.mark.parametrize("seq", [-1, 5, 10**30])
def test_a_number_that_was_never_sent_frees_nothing(seq: int) -> None:
    room = window()
    send(room, 5)
    assert not room.acknowledge(seq)
    assert room.frames == 5


def test_an_acknowledgement_may_come_twice() -> None:
    room = window()
    send(room, 5)
    assert room.acknowledge(3)
    assert room.acknowledge(3)
    assert room.frames == 1


def test_half_of_the_room_is_free_before_it_is_time_to_start_over() -> None:
    room = window(unacked_frames=4)
    send(room, 4)
    room.acknowledge(0)
    assert not room.relaxed
    room.acknowledge(1)
    assert room.relaxed
