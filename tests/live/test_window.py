"""How much may be on its way to a viewer."""

import pytest

from dashboard.live.limits import ViewerLimits
from dashboard.live.window import Window


def window(**limits: int) -> Window:
    return Window(ViewerLimits(**limits))


def send(to: Window, count: int, size: int = 10) -> None:
    for _ in range(count):
        to.add_frame(size)


def test_bytes_are_bounded() -> None:
    in_flight = window(unacked_bytes=100)
    send(in_flight, 9)
    assert in_flight.fits(10)
    assert not in_flight.fits(11)


def test_frames_are_bounded() -> None:
    in_flight = window(unacked_frames=3)
    send(in_flight, 3)
    assert not in_flight.fits(1)


def test_a_frame_above_the_bound_is_sent_alone() -> None:
    in_flight = window(unacked_bytes=100)
    assert in_flight.fits(500)
    send(in_flight, 1, size=500)
    assert not in_flight.fits(1)


def test_an_acknowledgement_frees_all_up_to_its_number() -> None:
    in_flight = window()
    send(in_flight, 5)
    assert in_flight.acknowledge(2)
    assert (in_flight.messages, in_flight.bytes) == (2, 20)


@pytest.mark.parametrize("seq", [-1, 5, 10**30])
def test_a_number_that_was_never_sent_frees_nothing(seq: int) -> None:
    in_flight = window()
    send(in_flight, 5)
    assert not in_flight.acknowledge(seq)
    assert in_flight.messages == 5


def test_an_acknowledgement_may_come_twice() -> None:
    in_flight = window()
    send(in_flight, 5)
    assert in_flight.acknowledge(3)
    assert in_flight.acknowledge(3)
    assert in_flight.messages == 1


def test_half_of_the_window_is_free_before_it_is_time_to_start_over() -> None:
    in_flight = window(unacked_frames=4)
    send(in_flight, 4)
    in_flight.acknowledge(0)
    assert not in_flight.is_half_free
    in_flight.acknowledge(1)
    assert in_flight.is_half_free


def test_a_fragment_takes_room_until_the_frame_after_it_is_acknowledged() -> None:
    in_flight = window()
    send(in_flight, 1)
    in_flight.add_fragment(7)
    send(in_flight, 1)
    in_flight.acknowledge(0)
    assert (in_flight.messages, in_flight.bytes) == (2, 17)
    in_flight.acknowledge(1)
    assert in_flight.messages == 0
