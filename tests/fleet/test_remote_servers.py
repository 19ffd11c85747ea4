"""Which servers may be said to run elsewhere."""

import pytest
from django.test import override_settings

from dashboard.fleet.apps import check_remote_servers
from dashboard.fleet.remote_servers import find_problems


def test_servers_of_the_table_with_their_own_scheme_are_fine() -> None:
    urls = {"uvicorn": "http://a:1", "daphne-tls": "https://b:1", "chat-redis": "redis://c:1"}
    assert find_problems(urls) == []


@pytest.mark.parametrize(
    ("name", "url", "expected"),
    [
        ("apache", "http://127.0.0.1:1", "NAME=http://HOST:PORT with a NAME of gunicorn-sync, "),
        ("uvicorn", "https://127.0.0.1:1", "NAME=http://HOST:PORT"),
        ("daphne-tls", "http://127.0.0.1:1", "NAME=https://HOST:PORT"),
    ],
)
def test_any_other_server_is_one_sentence(name: str, url: str, expected: str) -> None:
    (problem,) = find_problems({name: url})
    assert problem.startswith(f"GATESCOPE_SERVERS has '{name}={url}': expected {expected}")
    assert "\n" not in problem


@override_settings(REMOTE_SERVERS={"apache": "http://127.0.0.1:1"})
def test_it_stops_the_start() -> None:
    (error,) = check_remote_servers(None)
    assert error.is_serious()
    assert "apache" in error.msg
