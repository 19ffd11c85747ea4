"""An attempt is JSON for scripts and for the database, and comes back as it was."""

import json

from dashboard.lessons.attempt import Attempt
from dashboard.lessons.results import from_json, to_json
from tests.lessons.made import attempt, figure, lesson, run, surroundings


def test_an_attempt_comes_back_as_it_was() -> None:
    measured = lesson()
    made = attempt(measured, [figure(measured.prove[0], values=(1.0, None, 2.0))])
    assert from_json(json.loads(json.dumps(to_json(made)))) == made


def test_one_from_before_dry_runs_existed_can_still_be_read() -> None:
    data = to_json(attempt(lesson()))
    del data["dry"]
    assert from_json(data) == attempt(lesson())


def test_before_the_servers_are_ready_surroundings_are_an_empty_object() -> None:
    begun = Attempt(lesson(), repeat=1).result()
    data = to_json(begun)
    assert (data["state"], data["surroundings"], data["holds"]) == ("running", {}, None)
    assert from_json(data) == begun


def test_figures_are_found_by_the_proofs_keys() -> None:
    done = Attempt(lesson(), repeat=2, state="done", surroundings=surroundings())
    done.rounds = [{"one": run(uvicorn={"last_s": last_s})} for last_s in (0.9, 1.0)]
    data = to_json(done.result())
    assert data["expected"] == {"one/uvicorn last": 1.0}
    assert data["measured"] == {"one/uvicorn last": 0.95}
    assert data["spread"] == {"one/uvicorn last": (0.9, 1.0)}
    assert (data["holds"], data["round"], data["runs"]) == (True, 2, ("r", "r"))
