"""Exactly one valid traceparent is continued; everything else starts a new trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.trace import get_current_span

from probes.propagation import extract_parent
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


@given(st.text())
def test_no_text_raises(text: str) -> None:
    extract_parent([text])
