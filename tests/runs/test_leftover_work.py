"""How long a stopped run goes on in the servers."""

from typing import Any

import pytest

from dashboard.runs.leftover_work import Settling


def run(server: str, *statuses: int | None, note: str = "stopped") -> dict[str, Any]:
    requests = [{"status": status} for status in statuses]
    return {"note": note, "scenario": "wait", "seconds": None, "servers": {server: {"requests": requests}}}


@pytest.mark.parametrize(
    ("ended", "lasts_s"),
    [
        (run("sync", 200, None, None, None), 3.0),
        (run("loop", 200, None, None, None), 1.0),
        (run("sync", 200, 200), 0.0),
        (run("sync", None, None, note=""), 0.0),
    ],
)
def test_what_was_not_answered_is_worked_on_one_by_one_or_on_a_loop_together(
    ended: dict[str, Any], lasts_s: float
) -> None:
    now_s = [100.0]
    settling = Settling(lambda name: "asgi" if name == "loop" else "wsgi", lambda: now_s[0])
    settling.note(ended)
    assert bool(settling.hindrance()) == (lasts_s > 0)
    now_s[0] += lasts_s
    assert settling.hindrance() == ""


def test_requests_of_stopped_runs_stand_behind_each_other_at_their_server() -> None:
    settling = Settling(lambda _: "wsgi", lambda: 100.0)
    settling.note(run("sync", None, None))
    settling.note(run("sync", None, None, None))
    assert settling.left_s(["sync"]) == 5.0
    assert settling.left_s(["other"]) == 0.0
