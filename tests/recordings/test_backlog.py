"""The length of the kernel's queue is remembered while films last, and for a bounded time."""

from dashboard.recordings.backlog import MOST_STEPS, BacklogHistory
from tests.support.spans import START_NS, make_span


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
