"""`manage.py fire`: the same figures on the terminal, and one sentence with exit status 2 when it is refused."""

import json
import os
import signal
import subprocess
import sys

import pytest

from dashboard.lib.installation import ROOT
from tests.fleet.helpers import wait_until
from tests.support.demo import Gatescope, free_layout


def test_it_prints_the_run_as_json(demo: Gatescope) -> None:
    fired = demo.command(
        "fire", "uvicorn", "wait-async", "--count", "3", "--seconds", "0.2", "--url", demo.url, "--json"
    )
    assert fired.returncode == 0, fired.stderr
    run = json.loads(fired.stdout)
    assert run["state"] == "done"
    assert [request["status"] for request in run["servers"]["uvicorn"]["requests"]] == [200] * 3


def test_it_prints_a_table_for_people(demo: Gatescope) -> None:
    fired = demo.command("fire", "gunicorn-sync", "hello", "--count", "2", "--url", demo.url)
    assert fired.returncode == 0, fired.stderr
    assert "gunicorn-sync: first" in fired.stdout
    assert "MainThread" in fired.stdout


def test_the_table_says_when_chunks_came_and_what_was_done_for_nobody(demo: Gatescope) -> None:
    stream = demo.command("fire", "uvicorn", "stream-async", "--seconds", "0.5", "--url", demo.url)
    assert "chunks at 0." in stream.stdout
    work = demo.command("fire", "gunicorn-sync", "work", "--seconds", "1", "--leave", "0.3", "--url", demo.url)
    assert "left after 0.3 s" in work.stdout
    assert "step(s) after the client had left" in work.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("apache", "hello"), "no server 'apache'"),
        (("uvicorn", "sing"), "no scenario 'sing'"),
        (("uvicorn", "hello", "--count", "0"), "(count) is '0'"),
        (("uvicorn", "hello", "--via", "apache"), "no way through (via) 'apache'"),
    ],
)
def test_a_refusal_is_one_sentence(demo: Gatescope, arguments: tuple[str, ...], sentence: str) -> None:
    refused = demo.command("fire", *arguments, "--url", demo.url)
    assert refused.returncode == 2
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
    as_json = demo.command("fire", *arguments, "--url", demo.url, "--json")
    assert as_json.returncode == 2
    assert sentence in json.loads(as_json.stdout)["error"]


@pytest.mark.parametrize("url", ["http://[::1", "http://", "ftp://x", "127.0.0.1:8000"])
def test_a_url_that_is_none_is_one_sentence(demo: Gatescope, url: str) -> None:
    refused = demo.command("fire", "uvicorn", "hello", "--url", url)
    assert refused.returncode == 2
    assert refused.stderr == f"CommandError: --url is {url!r}: it must look like http://127.0.0.1:8484.\n"


def test_bytes_that_are_no_text_are_a_wrong_name(demo: Gatescope) -> None:
    refused = demo.command("fire", "\udcff", "hello", "--url", demo.url)
    assert refused.returncode == 2
    assert "no server '?'" in refused.stderr


def test_ctrl_c_stops_the_run_as_well(demo: Gatescope) -> None:
    command = [sys.executable, "manage.py", "fire", "uvicorn", "wait-async", "--seconds", "20", "--url", demo.url]
    environment = {**os.environ, "GATESCOPE_DATA": str(demo.data)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as firing:
        assert wait_until(lambda: runs_under_way(demo), 20)
        firing.send_signal(signal.SIGINT)
        _, complaints = firing.communicate(timeout=10)
    assert (firing.returncode, complaints) == (130, "")
    assert not runs_under_way(demo)


def runs_under_way(demo: Gatescope) -> bool:
    """Whether a request is on its way, as a viewer sees it."""
    return any(span["stage"] == "client" and span["end_ns"] is None for span in demo.seen())


def test_without_a_dashboard_it_says_how_to_start_one(demo: Gatescope) -> None:
    refused = demo.command("fire", "uvicorn", "hello", "--url", f"http://127.0.0.1:{free_layout().port}")
    assert refused.returncode == 2
    assert "make demo" in refused.stderr


def test_something_else_at_the_address_is_told_from_a_dashboard(demo: Gatescope) -> None:
    server = demo.http.get("/healthz").json()["servers"]["uvicorn"]["url"]
    refused = demo.command("fire", "uvicorn", "hello", "--url", server)
    assert refused.stderr == (
        f"CommandError: What answers at {server} is not a dashboard: give the address that `make demo` prints.\n"
    )
