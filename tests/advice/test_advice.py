"""What is advised to whom, and that every sentence of it stands on the plan."""

from dataclasses import replace

import pytest

from dashboard.advice.advice import advise
from dashboard.advice.plan import plan_servers
from dashboard.advice.questions import Answers

SHOP = Answers("dozens", "mixed", "none", "sync", "sync", "vm", cores=2)


@pytest.mark.parametrize(
    ("project", "interface"),
    [
        (SHOP, "wsgi"),
        (replace(SHOP, work="computing"), "wsgi"),
        (replace(SHOP, code="mixed"), "wsgi"),
        (replace(SHOP, code="mixed", traffic="hundreds", work="waiting"), "asgi"),
        (replace(SHOP, code="mixed", traffic="hundreds"), "wsgi"),
        (replace(SHOP, code="async"), "asgi"),
        (replace(SHOP, live="websockets"), "hybrid"),
        (replace(SHOP, live="streams"), "hybrid"),
        (replace(SHOP, live="streams", code="mixed", middleware="async"), "asgi"),
        (replace(SHOP, live="websockets", code="async"), "asgi"),
        (replace(SHOP, live="websockets", hosting="platform"), "asgi"),
    ],
)
def test_the_interface_follows_from_the_code_and_from_what_stays_open(project: Answers, interface: str) -> None:
    assert plan_servers(project).interface == interface


@pytest.mark.parametrize(
    ("project", "workers", "threads"),
    [
        (replace(SHOP, traffic="few", work="waiting"), 2, 5),
        (replace(SHOP, traffic="dozens", work="waiting", cores=4), 4, 25),
        (replace(SHOP, traffic="thousands", work="waiting"), 2, 32),
        (replace(SHOP, traffic="few", work="mixed", cores=8), 8, 2),
        (replace(SHOP, traffic="thousands", work="computing", cores=8), 8, 2),
    ],
)
def test_processes_are_cores_and_threads_are_for_waiting(project: Answers, workers: int, threads: int) -> None:
    pages = plan_servers(project).pages
    assert (pages.workers, pages.threads) == (workers, threads)


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
