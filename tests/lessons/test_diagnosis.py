"""When a figure is off, what is known of the machine and the runs is said; when all hold, nothing."""

from dashboard.lessons.diagnosis import NOTHING_UNUSUAL, explain_deviations, find_unanswered
from dashboard.lessons.verdict import Round, judge
from dashboard.runs.surroundings import Surroundings
from tests.lessons.made import lesson, request, run, surroundings

QUIET = surroundings()


def explain(*rounds: Round, machine: Surroundings = QUIET, disturbed: bool = False) -> list[str]:
    return list(explain_deviations(judge(lesson(), rounds), rounds, machine, disturbed=disturbed))


def measured(last_s: float | None) -> Round:
    return {"one": run(uvicorn={"last_s": last_s})}


def test_nothing_is_said_when_everything_holds() -> None:
    assert explain(measured(1.0), machine=surroundings(cores=1, load=40), disturbed=True) == []


def test_off_without_a_known_reason_is_to_be_taken_seriously() -> None:
    assert explain(measured(3.0)) == [NOTHING_UNUSUAL]


def test_a_busy_machine_and_others_are_named() -> None:
    assert explain(measured(3.0), machine=surroundings(cores=1, load=4.5), disturbed=True) == [
        "Other requests were fired at the same time.",
        "The machine was busy: a load of 4.5 on 1 core.",
        "The machine has 1 core: client, dashboard and servers share it.",
    ]


def test_servers_elsewhere_are_named() -> None:
    assert explain(measured(3.0), machine=surroundings(remote=True))[0].startswith("The servers run elsewhere")


def test_rounds_that_differ_widely_are_named() -> None:
    assert explain(measured(3.0), measured(5.0)) == [
        "The rounds differ widely (last): the machine is noisy, so repeat more often."
    ]


def test_what_was_not_measured_is_named() -> None:
    assert explain(measured(None)) == ["Nothing was measured for last: the recording shows how far the requests got."]


def test_the_errors_of_requests_come_first() -> None:
    refused = request(error="connection refused")
    assert explain({"one": run(uvicorn={"last_s": 3.0, "requests": (refused, refused)})}, disturbed=True) == [
        "uvicorn: connection refused.",
        "Other requests were fired at the same time.",
    ]


def test_a_dry_run_names_who_did_not_answer() -> None:
    rounds = [{"one": run(uvicorn={}, daphne={"requests": (request(error="connection refused"),)})}]
    assert list(find_unanswered(lesson(), rounds)) == ["daphne, hello: connection refused."]


def test_a_client_that_left_on_purpose_is_not_an_error() -> None:
    left = request(error="left after 0.5 s", left=True)
    rounds = [{"one": run(uvicorn={"last_s": 3.0, "requests": (left,)})}]
    assert list(find_unanswered(lesson(), rounds)) == []
    assert explain(*rounds) == [NOTHING_UNUSUAL]


def test_what_servers_still_did_for_a_stopped_run_comes_first() -> None:
    rounds = [measured(3.0)]
    reasons = explain_deviations(judge(lesson(), rounds), rounds, QUIET, disturbed=True, leftover_s=9.0)
    assert "still finishing a stopped run when this began (up to 9.0 s)" in reasons[0]
