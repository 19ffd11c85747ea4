"""Who opened a span of a fired request is believed about it, and nobody else is."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.attributes import RUN
from dashboard.traces.limits import StoreLimits
from dashboard.traces.ownership import OURS, Ownership
from tests.support.spans import make_open, make_span

CLIENT = make_open(1, stage="client", attributes={RUN: "run"})


def test_a_span_of_a_fired_request_is_its_first_senders() -> None:
    ownership = Ownership()
    ownership.fire(CLIENT)
    assert ownership.admits(make_open(2), "one")
    assert not ownership.admits(make_span(2), "other")
    assert ownership.admits(make_span(2), "one")
    assert ownership.admits(make_span(3), "other")
    assert (ownership.conflicts, ownership.conflicts_of(make_span(2).key)) == (1, 1)


def test_what_we_fired_is_ours_and_what_we_conclude_is_believed() -> None:
    ownership = Ownership()
    ownership.fire(CLIENT)
    assert not ownership.admits(CLIENT, "one")
    ownership.admits(make_open(2), "one")
    assert ownership.admits(make_span(2), OURS)
    assert ownership.admits(make_span(2), "one")


def test_of_other_requests_nobody_owns_anything() -> None:
    ownership = Ownership()
    ownership.fire(CLIENT)
    assert ownership.admits(make_open(2, trace=2), "one")
    assert ownership.admits(make_span(2, trace=2), "other")


def test_another_dashboard_learns_whose_they_are() -> None:
    here, there = Ownership(), Ownership()
    here.fire(CLIENT)
    here.admits(make_open(2), "one")
    there.learn(here.owners_of([CLIENT, make_open(2), make_open(3), make_open(1, trace=9)]))
    assert not there.admits(CLIENT, "one")
    assert not there.admits(make_span(2), "other")
    assert there.admits(make_span(2), "one")


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 9), st.integers(1, 9), st.sampled_from("abc"))))
def test_it_is_bounded_whatever_is_fired_and_sent(steps: list[tuple[bool, int, int, str]]) -> None:
    limits = StoreLimits(traces=3, spans=8, spans_per_trace=4)
    ownership = Ownership(limits)
    for fires, trace, number, sender in steps:
        span = make_open(number, trace=trace)
        if fires:
            ownership.fire(span)
        else:
            ownership.admits(span, sender)
        held = ownership._owners
        assert len(held) <= limits.traces
        assert sum(map(len, held.values())) == ownership._size <= limits.spans
        assert max(map(len, held.values()), default=0) <= limits.spans_per_trace
        assert len(ownership._conflicts) <= limits.spans
