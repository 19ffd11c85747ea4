"""Exactly one valid traceparent is continued; everything else starts a new trace.

The cases are those of the Recommendation (https://www.w3.org/TR/trace-context-1/) for a header that comes in; what
travels on is in `test_outgoing_call`.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import get_current_span

from probes.propagation import extract_parent, parse_tracestate
from tests.probes.observed_request import PARENT, TRACE, TRACEPARENT


def test_one_valid_header_is_continued() -> None:
    context = get_current_span(extract_parent([TRACEPARENT])).get_span_context()
    assert (f"{context.trace_id:032x}", f"{context.span_id:016x}") == (TRACE, PARENT)
    assert context.is_remote


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [TRACEPARENT, TRACEPARENT],
        [f"{TRACEPARENT},{TRACEPARENT}"],
        [""],
        ["00"],
        [f"{TRACEPARENT},"],
        [f"00-{TRACE}-{PARENT}"],
        [f"00-{TRACE}-{PARENT}-"],
        [f"00-{TRACE}-{PARENT}-01-"],
        [f"00-{TRACE}-{PARENT}-01."],
        [f"00-{TRACE}-{PARENT}-1"],
        [f"00-{TRACE}-{PARENT}-001"],
        [f"00-{TRACE}-{PARENT}-.1"],
        [f"00-{TRACE}-{PARENT}-0."],
        [f"00-{TRACE}-{PARENT}-0G"],
        [f"0-{TRACE}-{PARENT}-01"],
        [f"000-{TRACE}-{PARENT}-01"],
        [f".0-{TRACE}-{PARENT}-01"],
        [f"0.-{TRACE}-{PARENT}-01"],
        [f"00-{TRACE[:-1]}-{PARENT}-01"],
        [f"00-{TRACE}0-{PARENT}-01"],
        [f"00-.{TRACE[1:]}-{PARENT}-01"],
        [f"00-{TRACE.upper()}-{PARENT}-01"],
        [f"00-{TRACE}-{PARENT[:-1]}-01"],
        [f"00-{TRACE}-{PARENT}0-01"],
        [f"00-{TRACE}-.{PARENT[1:]}-01"],
        [f"00-{TRACE}-{PARENT.upper()}-01"],
        [f"00_{TRACE}_{PARENT}_01"],
        [TRACEPARENT.upper()],
        [f"00-{'0' * 32}-{PARENT}-01"],
        [f"00-{TRACE}-{'0' * 16}-01"],
        [f"ff-{TRACE}-{PARENT}-01"],
        [f"{TRACEPARENT}-extra"],
        ["x" * 10_000],
        ["\udcff"],
    ],
)
def test_anything_else_is_not_believed(headers: list[str]) -> None:
    assert extract_parent(headers) is None


@pytest.mark.parametrize("header", [f" {TRACEPARENT}", f"{TRACEPARENT}\t", f"\t {TRACEPARENT} \t"])
def test_white_space_around_the_header_is_none_of_it(header: str) -> None:
    context = get_current_span(extract_parent([header])).get_span_context()
    assert (f"{context.trace_id:032x}", f"{context.span_id:016x}") == (TRACE, PARENT)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    extract_parent([text])


@pytest.mark.parametrize(
    "header",
    [f"cc-{TRACE}-{PARENT}-01", f"cc-{TRACE}-{PARENT}-01-what-the-future-brings", f"00-{TRACE}-{PARENT}-ff"],
)
def test_a_future_version_and_unknown_flags_are_continued(header: str) -> None:
    context = get_current_span(extract_parent([header])).get_span_context()
    assert (f"{context.trace_id:032x}", f"{context.span_id:016x}") == (TRACE, PARENT)


def test_a_future_version_with_something_glued_to_it_is_not_believed() -> None:
    assert extract_parent([f"cc-{TRACE}-{PARENT}-01.what"]) is None


MEMBERS_32 = ",".join(f"bar{number:02}={number}" for number in range(32))


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        (["foo=1"], "foo=1"),
        (["foo=1,bar=2", "rojo=1"], "foo=1,bar=2,rojo=1"),
        (["foo=1", ""], "foo=1"),
        (["", "foo=1"], "foo=1"),
        (["foo=1,"], "foo=1"),
        (["\t foo=1 \t"], "foo=1"),
        (["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"),
        (["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
        (["foo=1,,,bar=2"], "foo=1,bar=2"),
        (["foo=1,foo=2"], "foo=1"),
        (["fw529a3039@dt=FfA,0t@v=1"], "fw529a3039@dt=FfA,0t@v=1"),
        ([f"{'z' * 256}=1"], f"{'z' * 256}=1"),
        ([f"{'t' * 241}@{'v' * 14}={'x' * 256}"], f"{'t' * 241}@{'v' * 14}={'x' * 256}"),
        (["foo= !\"#$%&'()*+-./0123456789:;<>?@[]^_`{|}~"], "foo= !\"#$%&'()*+-./0123456789:;<>?@[]^_`{|}~"),
        ([MEMBERS_32], MEMBERS_32),
    ],
)
def test_a_tracestate_is_kept_as_it_came(headers: list[str], kept: str) -> None:
    assert get_current_span(extract_parent([TRACEPARENT], headers)).get_span_context().trace_state.to_header() == kept


@pytest.mark.parametrize(
    "header",
    [
        f"{MEMBERS_32},one=more",
        "foo",
        "foo=",
        "foo =1",
        "FOO=1",
        "foo.bar=1",
        "foo@=1,bar=2",
        "@foo=1",
        "foo@@bar=1",
        "foo@bar@baz=1",
        "foo=bar=baz",
        f"{'z' * 257}=1",
        f"{'t' * 242}@v=1",
        f"t@{'v' * 15}=1",
        f"foo={'x' * 257}",
        "foo=\x00",
        "foo=é",
    ],
)
def test_a_tracestate_with_a_malformed_member_is_dropped_as_a_whole(header: str) -> None:
    assert parse_tracestate([header]) == {}


@pytest.mark.parametrize("headers", [[], [""], [" \t "], [","], ["", ""]])
def test_an_empty_tracestate_is_none(headers: list[str]) -> None:
    assert not get_current_span(extract_parent([TRACEPARENT], headers)).get_span_context().trace_state


def test_a_tracestate_without_a_traceparent_belongs_to_nothing() -> None:
    assert extract_parent([], ["foo=1"]) is None


def test_a_tracestate_that_is_dropped_leaves_the_trace_as_it_is() -> None:
    context = get_current_span(extract_parent([TRACEPARENT], ["FOO=1"])).get_span_context()
    assert f"{context.trace_id:032x}" == TRACE
    assert not context.trace_state
