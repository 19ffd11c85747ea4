"""`manage.py fire`: the same figures on the terminal, and one sentence with exit status 2 when it is refused."""

import json

import pytest

from tests.running import Gatescope, free_place


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


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("apache", "hello"), "no server 'apache'"),
        (("uvicorn", "sing"), "no scenario 'sing'"),
        (("uvicorn", "hello", "--count", "0"), "(count) is '0'"),
        (("uvicorn", "hello", "--via", "nginx"), "nginx is missing"),
        (("mod_wsgi", "hello"), "mod_wsgi is missing"),
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


def test_without_a_dashboard_it_says_how_to_start_one(demo: Gatescope) -> None:
    refused = demo.command("fire", "uvicorn", "hello", "--url", f"http://127.0.0.1:{free_place().port}")
    assert refused.returncode == 2
    assert "make demo" in refused.stderr
