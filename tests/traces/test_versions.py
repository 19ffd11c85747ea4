"""Which of two versions of a span holds: one rule, in both languages, and in any order of arrival."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.attributes import CODE_ID, DIED, END_NOT_TOLD
from dashboard.traces.details import SpanDetails
from dashboard.traces.span import Span
from dashboard.traces.store import TraceStore
from dashboard.traces.tree import build_trees
from tests.support.spans import make_span

CASES = json.loads(Path(__file__).parents[1].joinpath("versions.json").read_text())
"""tests/js/model/versions.test.mjs reads the same."""


def make_version(version: int = 0, **fields: Any) -> Span:
    """Return a version of a span; `version` is the number of a snapshot that has one."""
    return make_span(**fields, details=SpanDetails(version=version) if version else None)


versions = st.builds(
    make_version,
    version=st.integers(0, 2),
    end_ns=st.none() | st.integers(1, 2**62),
    # Close together, so that doubles round some of them to the same.
    received_ns=st.integers(2**60, 2**60 + 2_000),
    status=st.sampled_from(["unset", "ok", "error"]),
    attributes=st.dictionaries(st.sampled_from([DIED, END_NOT_TOLD, CODE_ID, "a"]), st.booleans(), max_size=3),
)


def held(spans: list[Span]) -> Span:
    """Return the version that the store has in the end."""
    store = TraceStore()
    for span in spans:
        store.absorb([span])
    [stored] = store.snapshot()
    return stored


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_in_any_order_the_same_version_holds(case: dict[str, Any]) -> None:
    spans = [make_version(**version) for version in case["versions"]]
    for order in permutations(spans):
        assert held(list(order)) == spans[case["holds"]]


@given(st.lists(versions, min_size=1, max_size=4))
def test_no_order_of_arrival_changes_what_holds(spans: list[Span]) -> None:
    ranks = {held(list(order)).rank for order in permutations(spans)}
    assert ranks == {max(span.rank for span in spans)}
    [tree] = build_trees(spans)
    assert tree.span.rank in ranks


@given(versions, versions)
def test_of_two_versions_at_most_one_replaces_the_other(one: Span, other: Span) -> None:
    assert not (one.supersedes(other) and other.supersedes(one))
    assert not one.supersedes(one)
    assert one.supersedes(other) or other.supersedes(one) or one.rank == other.rank
