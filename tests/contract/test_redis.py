"""Redis is configured but away: one sentence everywhere, and everything else goes on."""

from collections.abc import Iterator

import pytest

from tests.support.demo import Gatescope, gatescope

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REDIS_URL", NOBODY)
        with gatescope(tmp_path_factory.mktemp("redis"), "uvicorn") as running:
            yield running


def test_requests_are_fired_and_shown_without_it(demo: Gatescope) -> None:
    run = demo.run(["uvicorn"], "hello", count=3)
    (trace_id, *_) = [request["trace_id"] for request in run["servers"]["uvicorn"]["requests"]]
    assert {span["stage"] for span in demo.http.get(f"/traces/{trace_id}").json()["spans"]} >= {"client", "view"}


def test_it_is_said_as_json_and_on_the_command_line(demo: Gatescope) -> None:
    assert "Redis at redis://127.0.0.1:1/0 does not answer" in demo.http.get("/healthz").json()["notice"]
    fired = demo.command("fire", "uvicorn", "hello", "--url", demo.url)
    assert fired.returncode == 0
    assert "Redis at redis://127.0.0.1:1/0 does not answer" in fired.stderr


def test_a_redis_url_of_another_kind_stops_the_start_with_a_sentence(
    demo: Gatescope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "http://127.0.0.1:6379")
    refused = demo.command("check")
    assert refused.returncode != 0
    assert "REDIS_URL='http://127.0.0.1:6379': expected redis://" in refused.stderr
