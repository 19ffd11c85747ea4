"""The sender's thread takes no more than its share of a core, and pays for bursts afterwards."""

from __future__ import annotations

from probes.delivery.cpu_share import LONGEST_PAUSE_S, SAVED_S, CPUShare

PERCENT = 10


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def share_of(clock: Clock, cpu: Clock) -> CPUShare:
    return CPUShare(PERCENT, clock, cpu)


def test_what_is_saved_up_is_used_without_a_pause() -> None:
    clock, cpu = Clock(), Clock()
    share = share_of(clock, cpu)
    cpu.now += SAVED_S
    assert share.settle() == 0


def test_over_a_long_time_the_share_is_kept() -> None:
    clock, cpu = Clock(), Clock()
    share = share_of(clock, cpu)
    for _ in range(1_000):
        cpu.now += 0.008
        clock.now += 0.008
        clock.now += share.settle()
    assert cpu.now <= clock.now * PERCENT / 100 + SAVED_S
    assert cpu.now >= clock.now * PERCENT / 100 - SAVED_S


def test_within_the_share_nothing_is_slowed_down() -> None:
    clock, cpu = Clock(), Clock()
    share = share_of(clock, cpu)
    for _ in range(1_000):
        cpu.now += 0.001
        clock.now += 0.025
        assert share.settle() == 0


def test_no_pause_makes_the_sender_look_dead() -> None:
    clock, cpu = Clock(), Clock()
    share = share_of(clock, cpu)
    cpu.now += 60
    pause_s = share.settle()
    assert pause_s <= LONGEST_PAUSE_S
    clock.now += pause_s
    assert share.settle() < 1e-9


def test_a_long_rest_saves_up_no_more_than_a_burst() -> None:
    clock, cpu = Clock(), Clock()
    share = share_of(clock, cpu)
    clock.now += 3_600
    assert share.settle() == 0
    cpu.now += 2 * SAVED_S
    assert share.settle() > 0
