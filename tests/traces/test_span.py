"""Which of two versions of a span is believed, and how a span is written down."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.traces.span import AttributeValue, Span, SpanEvent
from tests.support.spans import START_NS, make_open, make_span


def test_a_final_span_beats_an_open_one_whatever_the_order() -> None:
    opened, final = make_open(received_ns=9), make_span(received_ns=1)
    assert final.supersedes(opened)
    assert not opened.supersedes(final)


def test_a_newer_open_span_beats_an_older_open_one() -> None:
    older, newer = make_open(received_ns=1), make_open(received_ns=2)
    assert newer.supersedes(older)
    assert not older.supersedes(newer)


def test_a_final_span_that_is_sent_again_changes_nothing() -> None:
    assert not make_span(received_ns=2).supersedes(make_span(received_ns=1))


def test_a_span_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        make_span().name = "other"  # type: ignore[misc]


def test_the_json_of_an_open_span_has_no_end() -> None:
    assert make_open().as_json()["end_ns"] is None


def test_events_are_written_only_when_there_are_some() -> None:
    assert "events" not in make_span().as_json()
    event = SpanEvent("exception", START_NS, {"exception.type": "ValueError"})
    assert make_span(events=(event,)).as_json()["events"] == [
        {"name": "exception", "time_ns": START_NS, "attributes": {"exception.type": "ValueError"}}
    ]


def test_another_process_reads_the_same_span() -> None:
    span = make_span(attributes={"a": [1, "é"], "b": True}, events=(SpanEvent("e", 1, {"c": 2.5}),), received_ns=7)
    assert Span.from_json(json.loads(span.encode())) == span


TEXTS = st.text(st.characters(codec=None), max_size=8)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda values: st.lists(values, max_size=3),
    max_leaves=5,
)


@given(TEXTS, st.dictionaries(TEXTS, VALUES, max_size=4))
def test_the_text_is_that_of_the_standard_library(name: str, attributes: dict[str, AttributeValue]) -> None:
    span = make_span(name=name, attributes=attributes)
    assert json.loads(span.encode()) == json.loads(json.dumps(span.as_json()))
    assert span.encode().isascii()


def test_encoded_text_is_ascii_so_that_its_length_is_its_size() -> None:
    text = make_span(name="Grüße \U0001f680 </script>").encode()
    assert text.isascii()
    assert json.loads(text)["name"] == "Grüße \U0001f680 </script>"
