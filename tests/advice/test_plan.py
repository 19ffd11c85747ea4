"""Which servers a project should run, with how many workers and threads."""

from dataclasses import replace

import pytest

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
