"""What is advised to whom, and that every sentence of it stands on the plan."""

from dataclasses import replace

from dashboard.advice.advice import advise
from dashboard.advice.questions import Answers

SHOP = Answers("dozens", "mixed", "none", "sync", "sync", "vm", cores=2)


def test_computing_is_sent_to_processes_and_a_queue_and_not_to_threads() -> None:
    advice = advise(replace(SHOP, work="computing"))
    assert any("task queue" in sentence for sentence in advice.reasons)
    assert any("does not make computing faster" in sentence for sentence in advice.sizes)
    assert 4 in advice.lessons


def test_sync_middleware_is_told_to_cost_a_thread_for_each_request_under_asgi_alone() -> None:
    told = [
        any("costs every request a thread" in sentence for sentence in advise(project).reasons)
        for project in (replace(SHOP, code="async"), replace(SHOP, code="async", middleware="async"), SHOP)
    ]
    assert told == [True, False, False]


def test_a_line_that_stays_is_told_in_numbers() -> None:
    advice = advise(replace(SHOP, traffic="thousands", work="waiting"))
    assert any("64 requests are served at once; the rest of 5,000 wait" in sentence for sentence in advice.sizes)
