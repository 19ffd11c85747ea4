"""Which spans belong to a film."""

from dashboard.recordings.film import gather_spans
from dashboard.traces.store import TraceStore
from tests.support.spans import make_span


def test_the_messages_of_a_session_come_with_it() -> None:
    store = TraceStore()
    session = make_span(1, trace=1, stage="session")
    mine = make_span(2, trace=2, stage="message", attributes={"gatescope.session": f"{session.trace_id}/1"})
    other = make_span(3, trace=3, stage="message", attributes={"gatescope.session": f"{9:032x}/1"})
    store.absorb([session, mine, other])
    assert gather_spans([session.trace_id], store.trace, store.snapshot) == [session, mine]


def test_a_message_that_was_asked_for_comes_once() -> None:
    store = TraceStore()
    session = make_span(1, trace=1, stage="session")
    mine = make_span(2, trace=2, stage="message", attributes={"gatescope.session": f"{session.trace_id}/1"})
    store.absorb([session, mine])
    assert gather_spans([session.trace_id, mine.trace_id], store.trace, store.snapshot) == [session, mine]
