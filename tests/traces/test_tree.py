"""The tree is the same for every order of arrival, and can always be drawn."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.span import Span
from dashboard.traces.tree import Node, build_trees
from tests.support.spans import START_NS, make_open, make_span

IDS = [f"{number:016x}" for number in range(1, 9)]
TIMES = st.one_of(st.integers(-(2**63), 2**64), st.integers(START_NS, START_NS + 1_000))


@st.composite
def hostile_spans(draw: st.DrawFn) -> list[Span]:
    """Spans as strangers send them: ids that repeat, parents that are missing, own or circular, any times."""

    def one() -> Span:
        return Span(
            trace_id="1" * 32,
            span_id=draw(st.sampled_from(IDS)),
            parent_id=draw(st.sampled_from([None, "f" * 16, *IDS])),
            name=draw(st.sampled_from(["a", "b"])),
            stage="",
            server=draw(st.sampled_from(["x", "y"])),
            start_ns=draw(TIMES),
            end_ns=draw(st.none() | TIMES),
            received_ns=draw(st.integers(0, 2)),
        )

    return [one() for _ in range(draw(st.integers(0, 12)))]


def nodes(roots: list[Node]) -> list[Node]:
    return [node for root in roots for node in root.walk()]


def outline(roots: list[Node]) -> list[tuple[object, ...]]:
    return [(node.depth, node.span, node.start_ns, node.end_ns, tuple(node.anomalies)) for node in nodes(roots)]


@given(hostile_spans(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(spans: list[Span], chance: random.Random) -> None:
    shuffled = list(spans)
    chance.shuffle(shuffled)
    assert outline(build_trees(shuffled)) == outline(build_trees(spans))


@given(hostile_spans())
def test_every_span_is_in_the_tree_exactly_once(spans: list[Span]) -> None:
    assert sorted(node.span.span_id for node in nodes(build_trees(spans))) == sorted({span.span_id for span in spans})


@given(hostile_spans())
def test_geometry_can_always_be_drawn(spans: list[Span]) -> None:
    for root in build_trees(spans):
        for node in root.walk():
            assert node.start_ns >= root.start_ns >= 0
            assert node.duration_ns is None or node.duration_ns >= 0
            assert all(child.start_ns >= node.start_ns for child in node.children)


def test_a_child_that_arrives_before_its_parent_is_below_it() -> None:
    child, parent = make_span(2, parent_id=make_span(1).span_id), make_span(1)
    [root] = build_trees([child, parent])
    assert [node.span for node in root.children] == [child]


def test_siblings_stand_in_the_order_of_their_starts() -> None:
    parent = make_span(1)
    children = [make_span(number, parent_id=parent.span_id) for number in (4, 2, 3)]
    [root] = build_trees([*children, parent])
    assert [node.span.name for node in root.children] == ["span 2", "span 3", "span 4"]


def test_of_two_versions_the_final_one_is_drawn() -> None:
    [root] = build_trees([make_span(), make_open(received_ns=9)])
    assert root.end_ns is not None


@pytest.mark.parametrize(
    ("span", "anomaly"),
    [
        (make_span(1, parent_id=f"{1:016x}"), "names itself as its parent"),
        (make_span(1, parent_id="e" * 16), "its parent never arrived"),
        (make_span(1, end_ns=START_NS - 5), "ends before it starts"),
    ],
)
def test_what_had_to_be_mended_is_said(span: Span, anomaly: str) -> None:
    [root] = build_trees([span])
    assert root.anomalies == [anomaly]


def test_a_cycle_is_cut_at_its_earliest_span() -> None:
    spans = [make_span(number, parent_id=f"{number % 3 + 1:016x}") for number in (1, 2, 3)]
    [root] = build_trees(spans)
    assert root.span == spans[0]
    assert root.anomalies == ["is its own ancestor"]
    assert len(nodes([root])) == 3


def test_two_roots_stand_side_by_side() -> None:
    assert [root.span.name for root in build_trees([make_span(2), make_span(1)])] == ["span 1", "span 2"]


def test_a_skewed_clock_shifts_a_server_as_a_whole() -> None:
    client = make_span(1, server="client", end_ns=START_NS + 900)
    server = make_span(2, parent_id=client.span_id, start_ns=START_NS - 500, end_ns=START_NS - 300)
    view = make_span(3, parent_id=server.span_id, start_ns=START_NS - 450, end_ns=START_NS - 400)
    [root] = build_trees([client, server, view])
    [moved] = root.children
    [below] = moved.children
    assert (moved.start_ns, moved.duration_ns) == (root.start_ns, 200)
    assert (below.start_ns - moved.start_ns, below.duration_ns) == (50, 50)
    assert moved.anomalies == ["starts before its parent: their clocks differ"]
    assert below.anomalies == []


def test_a_thousand_spans_deep_is_no_deeper_than_the_stack() -> None:
    spans = [make_span(number, parent_id=f"{number - 1:016x}" if number > 1 else None) for number in range(1, 2_001)]
    [root] = build_trees(spans)
    assert max(node.depth for node in root.walk()) == 1_999
