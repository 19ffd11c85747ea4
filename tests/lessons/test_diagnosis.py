"""When a figure is off, what is known of the machine and the runs is said; when all holds, nothing."""

from typing import Any

from dashboard.lessons.diagnosis import NOTHING_UNUSUAL, reasons, unreached
from dashboard.lessons.verdict import findings
from tests.lessons.made import lesson, request, run

QUIET = {"cores": 2, "load": 0.1}


def told(last_s: float | None, around: dict[str, Any] = QUIET, *, others: bool = False) -> list[str]:
    rounds = [{"one": run(uvicorn={"last_s": last_s})}]
    return list(reasons(findings(lesson(), rounds), rounds, around, others=others))


def test_nothing_is_said_when_everything_holds() -> None:
    assert told(1.0, {"cores": 1, "load": 40}, others=True) == []


def test_off_without_a_known_reason_is_to_be_taken_seriously() -> None:
    assert told(3.0) == [NOTHING_UNUSUAL]


def test_a_busy_machine_and_others_are_named() -> None:
    said = told(3.0, {"cores": 1, "load": 4.5}, others=True)
    assert said == [
        "Somebody fired other requests at the same time.",
        "The machine was busy: a load of 4.5 on 1 cores.",
        "The machine has 1 core: client, dashboard and servers share it.",
    ]


def test_what_was_not_measured_is_named() -> None:
    assert told(None) == ["Nothing was measured for last: the film shows how far the requests came."]


def test_the_errors_of_requests_come_first() -> None:
    refused = request(error="connection refused")
    rounds = [{"one": run(uvicorn={"last_s": 3.0, "requests": (refused, refused)})}]
    assert reasons(findings(lesson(), rounds), rounds, QUIET, others=False)[0] == "uvicorn: connection refused."


def test_a_dry_run_names_who_did_not_answer() -> None:
    rounds = [{"one": run(uvicorn={}, daphne={"requests": (request(error="connection refused"),)})}]
    assert list(unreached(lesson(), rounds)) == ["daphne, hello: connection refused."]


def test_what_servers_still_did_for_a_stopped_run_comes_first() -> None:
    rounds = [{"one": run(uvicorn={"last_s": 3.0})}]
    said = reasons(findings(lesson(), rounds), rounds, QUIET, others=True, unsettled_s=9.0)
    assert "still worked for a run that was stopped, for up to 9.0 s" in said[0]
