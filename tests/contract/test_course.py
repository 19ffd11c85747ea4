"""The course from outside: its command, its preflight, and what is said to two who measure at once."""

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.table import SERVERS
from dashboard.lessons.loader import course
from tests.support.demo import Gatescope
from tests.support.programs import IN_CI

CONTRACT = {"lesson", "expected", "measured", "spread", "holds", "runs"}


def test_the_command_prints_the_contracts_json(demo: Gatescope) -> None:
    quick = min(course(), key=lambda lesson: sum(firing.count for firing in lesson.fire))
    told = demo.command("lesson", quick.slug, "--json", "--url", demo.url)
    attempt = json.loads(told.stdout)
    assert attempt.keys() >= CONTRACT
    assert told.returncode == (0 if attempt["holds"] else 1)
    assert attempt["expected"].keys() == attempt["measured"].keys() == attempt["spread"].keys()
    for run_id in attempt["runs"]:
        assert demo.http.get(f"/runs/{run_id}").json()["state"] == "done"


def test_an_unknown_lesson_is_one_sentence(demo: Gatescope) -> None:
    refused = demo.command("lesson", "99", "--url", demo.url)
    assert refused.returncode == 2
    assert "There is no lesson '99': choose from" in refused.stderr


def test_two_people_cannot_measure_at_once(demo: Gatescope) -> None:
    begun = demo.post("/lessons/1/attempts")
    second = demo.post("/lessons/1/attempts")
    stopped = demo.post(f"{begun.headers['location']}/stop")
    assert (second.status_code, stopped.json()["state"]) == (409, "stopped")
    assert "Lesson 1 is being measured" in second.json()["error"]


@pytest.mark.alone
@pytest.mark.skipif(not IN_CI and any(map(ServerEntry.why_missing, SERVERS)), reason="a server is not installed")
def test_preflight_is_green_where_everything_is_installed(demo: Gatescope) -> None:
    told = demo.command("preflight", "--json", "--url", demo.url)
    checks = json.loads(told.stdout)["checks"]
    assert [check for check in checks if not check["fine"]] == []
    assert told.returncode == 0
    assert {f"lesson {lesson.slug}" for lesson in course()} <= {check["name"] for check in checks}


def test_a_report_that_cannot_be_written_is_refused_before_anything_is_measured(demo: Gatescope) -> None:
    refused = demo.command("lesson", "0", "--report", "/nowhere/report.md", "--url", demo.url)
    assert refused.returncode == 2
    assert refused.stderr == "--report is '/nowhere/report.md', but there is no folder '/nowhere': make it first.\n"


def test_a_server_whose_port_was_taken_is_tried_again_by_the_next_attempt(demo: Gatescope) -> None:
    demo.post("/fleet/uvicorn/stop")
    address = urlsplit(demo.http.get("/healthz").json()["servers"]["uvicorn"]["url"])
    with socket.create_server((str(address.hostname), address.port or 0)):
        refused = dry_run(demo)
    assert (refused["state"], "uvicorn has failed: Port" in refused["error"]) == ("failed", True)
    assert dry_run(demo)["state"] == "done"


def dry_run(demo: Gatescope) -> dict[str, Any]:
    begun = demo.post("/lessons/1/attempts", {"dry": "1"})
    while (attempt := demo.http.get(begun.headers["location"]).json())["state"] == "running":
        time.sleep(0.1)
    return dict(attempt)
