"""The lines of "Prove it" can be typed as they stand."""

import shlex

import pytest

from dashboard.lessons.lesson import Firing
from dashboard.lessons.shell_commands import fire_command, shell_commands

URL = {"uvicorn": "http://127.0.0.1:8105"}


def firing(**fields: object) -> Firing:
    return Firing(**{"name": "one", "servers": ("uvicorn",), "scenario": "wait", **fields})  # type: ignore[arg-type]


def test_the_fire_command_says_only_what_is_not_usual() -> None:
    assert fire_command("uvicorn", firing()) == "python manage.py fire uvicorn wait"
    line = fire_command("uvicorn", firing(count=10, seconds=0.5, via="nginx", leave=0.2, protocol="2"))
    assert line == "python manage.py fire uvicorn wait --count 10 --seconds 0.5 --via nginx --protocol 2 --leave 0.2"


def test_many_requests_are_fired_at_once_with_curl_and_with_hey() -> None:
    _, curl, hey = (line.command for line in shell_commands(firing(count=10), URL))
    assert curl.startswith("seq 10 | xargs -P 10 -I{} curl ")
    assert shlex.split(hey) == ["hey", "-n", "10", "-c", "10", "http://127.0.0.1:8105/wait/?seconds=1"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"scenario": "chat"}, ["Upgrade: websocket"]),
        ({"scenario": "upload"}, ["--limit-rate", "21845", "--data-binary", "@-"]),
        ({"leave": 0.5, "scenario": "work"}, ["--max-time", "0.5"]),
        ({"protocol": "2"}, ["--http2-prior-knowledge"]),
    ],
)
def test_curl_is_told_what_the_request_needs(fields: dict[str, object], words: list[str]) -> None:
    _, curl = (line.command for line in shell_commands(firing(**fields), URL))
    told = shlex.split(curl.replace("|", " "))
    assert [word for word in told if word in words] == words


def test_a_certificate_of_our_own_is_accepted() -> None:
    _, curl = (line.command for line in shell_commands(firing(protocol="2"), {"uvicorn": "https://127.0.0.1:8119"}))
    assert "--insecure --http2 " in curl
