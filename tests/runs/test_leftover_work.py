"""How long a stopped run goes on in the servers."""

import pytest

from dashboard.runs.leftover_work import LeftoverWork
from dashboard.runs.results import Ending, RequestResult, RunResult, ServerResult


def run(server: str, *statuses: int | None, note: Ending = Ending.STOPPED) -> RunResult:
    requests = tuple(RequestResult(trace_id="t", index=1, status=status) for status in statuses)
    servers = {server: ServerResult(requests=requests)}
    return RunResult(id="r", scenario="wait", count=1, concurrency=1, note=note, servers=servers)


@pytest.mark.parametrize(
    ("ended", "lasts_s"),
    [
        (run("sync", 200, None, None, None), 3.0),
        (run("loop", 200, None, None, None), 1.0),
        (run("sync", 200, 200), 0.0),
        (run("sync", None, None, note=Ending.COMPLETE), 0.0),
    ],
)
def test_what_was_not_answered_is_worked_on_one_by_one_or_on_a_loop_together(
    ended: RunResult, lasts_s: float
) -> None:
    now_s = [100.0]
    leftover_work = LeftoverWork(lambda name: "asgi" if name == "loop" else "wsgi", lambda: now_s[0])
    leftover_work.note(ended)
    assert bool(leftover_work.obstacle()) == (lasts_s > 0)
    now_s[0] += lasts_s
    assert leftover_work.obstacle() == ""


def test_requests_of_stopped_runs_stand_behind_each_other_at_their_server() -> None:
    leftover_work = LeftoverWork(lambda _: "wsgi", lambda: 100.0)
    leftover_work.note(run("sync", None, None))
    leftover_work.note(run("sync", None, None, None))
    assert leftover_work.left_s(["sync"]) == 5.0
    assert leftover_work.left_s(["other"]) == 0.0
