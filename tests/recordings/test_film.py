"""Which spans belong to a film, and what the kernel's queue was meanwhile."""

from dashboard.recordings.backlog import MOST_STEPS, BacklogHistory
from dashboard.recordings.film import gather_spans
from dashboard.traces.store import TraceStore
from tests.support.spans import START_NS, make_span


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


def test_the_queue_is_kept_while_the_film_lasts_and_from_what_held_before() -> None:
    history = BacklogHistory()
    for second, length in enumerate([7, 0, 0, 4, 9]):
        history.record(START_NS + second * 10, {"uvicorn": length, "daphne": length})
    film = [make_span(start_ns=START_NS + 15, end_ns=START_NS + 35)]
    assert history.during(film) == {"uvicorn": [(START_NS + 10, 0), (START_NS + 30, 4)]}


def test_the_history_of_the_queue_is_bounded() -> None:
    history = BacklogHistory()
    for number in range(MOST_STEPS + 10):
        history.record(START_NS + number, {"uvicorn": number % 2})
    steps = history.during([make_span(start_ns=0, end_ns=START_NS * 2)])["uvicorn"]
    assert len(steps) == MOST_STEPS
