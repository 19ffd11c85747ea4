"""Ids that two spans share are separated, and the tree is the same whatever came first."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dashboard.traces.shared_ids import other_half
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from dashboard.traces.tree import build_trees
from tests.support.spans import SECOND_NS, START_NS, make_open, make_span

ID = f"{5:016x}"


def shared() -> list[Span]:
    """A page calls a shop, as Zipkin writes it: client and server are both span 5, and each has a child."""
    return [
        make_span(1, stage="server", server="page"),
        make_span(5, stage="call", server="page", parent_id=f"{1:016x}"),
        make_span(5, stage="server", server="shop", parent_id=f"{1:016x}", start_ns=START_NS + 50),
        make_span(6, stage="query", server="shop", parent_id=ID, start_ns=START_NS + 60),
        make_span(7, stage="", server="page", parent_id=ID, start_ns=START_NS + 61),
        make_span(8, stage="", server="shop", parent_id=f"{6:016x}", start_ns=START_NS + 62),
    ]


def tree(store: TraceStore) -> list[Any]:
    roots = build_trees(store.trace(shared()[0].trace_id))
    return [
        (node.depth, node.span.span_id, node.span.server, node.span.stage) for root in roots for node in root.walk()
    ]


def kept(spans: list[Span]) -> TraceStore:
    store = TraceStore()
    for place, span in enumerate(spans):
        store.absorb([_received(span, place + 1)])
    return store


def _received(span: Span, at_ns: int) -> Span:
    return replace(span, received_ns=at_ns)


def test_the_servers_half_becomes_the_child_of_the_clients_with_what_its_process_made() -> None:
    assert tree(kept(shared())) == [
        (0, f"{1:016x}", "page", "server"),
        (1, ID, "page", "call"),
        (2, other_half(ID), "shop", "server"),
        (3, f"{6:016x}", "shop", "query"),
        (4, f"{8:016x}", "shop", ""),
        (2, f"{7:016x}", "page", ""),
    ]


opened = [make_open(5, stage="server", server="shop", parent_id=f"{1:016x}", start_ns=START_NS + 50)]


@given(st.permutations([*shared(), *shared(), *opened]))
def test_any_order_of_arrival_gives_the_same_tree(spans: list[Span]) -> None:
    assert tree(kept(spans)) == tree(kept(shared()))


@given(st.permutations(shared()), st.permutations(shared()))
def test_two_dashboards_that_tell_each_other_reach_the_same_tree(one: list[Span], other: list[Span]) -> None:
    first, second = kept(one), kept(other)
    second.absorb(list(first.snapshot()))
    first.absorb(list(second.snapshot()))
    assert tree(first) == tree(second) == tree(kept(shared()))
    revision = first.revision
    first.absorb(list(second.snapshot()))
    assert first.revision == revision


versions = [
    make_open(1, received_ns=1),
    make_open(1, received_ns=2, name="renamed"),
    make_span(1, end_ns=START_NS + SECOND_NS),
    make_span(1, end_ns=START_NS + 3 * SECOND_NS),
]


@given(st.permutations(versions))
def test_of_snapshots_the_latest_is_left_whatever_came_first(spans: list[Span]) -> None:
    store = TraceStore()
    store.absorb(spans)
    [span] = store.snapshot()
    assert span.end_ns == START_NS + 3 * SECOND_NS


def test_a_span_that_arrives_again_is_not_stored_again() -> None:
    store = kept(shared())
    revision = store.revision
    store.absorb(_received(span, 100) for span in shared())
    assert store.revision == revision
    assert store.cut_spans == 0
