"""Unfinished bodies keep a pace, and are bounded all together."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.server.bodies import BodyLimits, UnfinishedBodies

LIMITS = BodyLimits(memory_bytes=1_000, grace_s=10, bytes_per_s=100)


def test_a_body_within_the_grace_is_never_late() -> None:
    bodies: UnfinishedBodies[str] = UnfinishedBodies(LIMITS)
    bodies.begin("silent", 0)
    assert bodies.late(10) == []
    assert bodies.late(10.1) == ["silent"]


def test_beyond_the_grace_each_second_costs_bytes() -> None:
    bodies: UnfinishedBodies[str] = UnfinishedBodies(LIMITS)
    for name in ("slow", "fast"):
        bodies.begin(name, 0)
    bodies.add("slow", 5, in_memory=True)
    bodies.add("fast", 500, in_memory=True)
    assert bodies.late(14) == ["slow"]
    assert bodies.late(15.1) == ["slow", "fast"]


def test_what_is_complete_is_neither_late_nor_counted() -> None:
    bodies: UnfinishedBodies[str] = UnfinishedBodies(LIMITS)
    bodies.begin("whole", 0)
    bodies.add("whole", 900, in_memory=True)
    bodies.end("whole")
    assert (bodies.late(1_000), bodies.memory_bytes) == ([], 0)
    bodies.end("whole")
    assert bodies.memory_bytes == 0


def test_the_longest_under_way_make_room() -> None:
    bodies: UnfinishedBodies[str] = UnfinishedBodies(LIMITS)
    for name in ("first", "second", "third"):
        bodies.begin(name, 0)
    assert bodies.add("first", 400, in_memory=True) == []
    assert bodies.add("second", 600, in_memory=True) == []
    assert bodies.add("third", 300, in_memory=True) == ["first"]


def test_what_goes_to_the_disk_needs_no_memory() -> None:
    bodies: UnfinishedBodies[str] = UnfinishedBodies(LIMITS)
    bodies.begin("import", 0)
    assert bodies.add("import", 1_000_000, in_memory=False) == []
    assert bodies.late(5_000) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 700)), max_size=60))
def test_refusing_what_it_says_keeps_the_bound(pieces: list[tuple[int, int]]) -> None:
    bodies: UnfinishedBodies[int] = UnfinishedBodies(LIMITS)
    for request in range(6):
        bodies.begin(request, 0)
    for request, size in pieces:
        for refused in bodies.add(request, size, in_memory=True):
            bodies.end(refused)
        assert 0 <= bodies.memory_bytes <= LIMITS.memory_bytes
