"""The stages' self times add up to the client's total; what no stage owns is called unaccounted."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.self_time import UNACCOUNTED, self_times
from dashboard.traces.span import Span


def span(stage: str, start: int, end: int | None, span_id: str = "", parent: str | None = None, **about: Any) -> Span:
    return Span(
        trace_id="a" * 32,
        span_id=span_id or stage,
        parent_id=parent,
        name=stage,
        stage=stage,
        server="uvicorn",
        start_ns=start,
        end_ns=end,
        attributes=about,
    )


def test_the_innermost_open_stage_owns_a_moment() -> None:
    spans = [
        span("client", 0, 100),
        span("queue", 10, 30, parent="client"),
        span("server", 30, 90, parent="client"),
        span("view", 40, 80, parent="server"),
    ]
    assert self_times(spans) == {"queue": 20, "server": 20, "view": 40, UNACCOUNTED: 20}


def test_what_another_service_did_for_a_call_is_the_calls_time() -> None:
    spans = [
        span("client", 0, 100),
        span("server", 0, 100, parent="client"),
        span("call", 20, 80, parent="server"),
        span("server", 30, 70, "theirs", parent="call"),
    ]
    assert self_times(spans) == {"server": 40, "call": 60}


def test_connecting_belongs_to_the_client() -> None:
    connected: dict[str, Any] = {"gatescope.client.connected_ns": 25}
    client = span("client", 0, 100, **connected)
    assert self_times([client, span("server", 50, 100, parent="client")]) == {
        "client": 25,
        "server": 50,
        UNACCOUNTED: 25,
    }


def test_parallel_stages_are_not_counted_twice() -> None:
    spans = [
        span("client", 0, 100),
        span("query", 20, 80, "one", "client"),
        span("query", 20, 80, "two", "client"),
    ]
    assert self_times(spans) == {"query": 60, UNACCOUNTED: 40}


def test_a_trace_without_an_ended_client_span_has_no_total_to_share_out() -> None:
    assert self_times([span("client", 0, None), span("server", 10, 20)]) == {}


times = st.integers(min_value=0, max_value=1000)


@given(
    st.lists(
        st.tuples(times, times, st.sampled_from(["server", "view", "query", ""]), st.integers(0, 8)), max_size=8
    ),
    times,
    st.integers(1, 1000),
)
def test_whatever_the_spans_the_parts_add_up_to_the_total(
    pieces: list[tuple[int, int, str, int]], start: int, length: int
) -> None:
    spans = [span("client", start, start + length, "0")]
    spans += [
        span(stage, begin, end, str(number), str(parent))
        for number, (begin, end, stage, parent) in enumerate(pieces, start=1)
    ]
    assert sum(self_times(spans).values()) == length
