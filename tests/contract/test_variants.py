"""The servers that differ from another in one thing show by a figure that they do."""

import pytest

from tests.support.demo import Gatescope
from tests.support.programs import here

TOGETHER = here(("uvicorn-redis", "daphne-redis"))


def test_two_workers_are_two_processes(demo: Gatescope) -> None:
    """Lesson 4."""
    result = demo.run(["gunicorn-sync-workers"], "cpu", count=4, seconds=0.3)["servers"]["gunicorn-sync-workers"]
    assert (result["processes"], result["errors"]) == (2, 0)


def test_only_with_something_sync_around_its_view_a_waiting_request_keeps_a_thread(demo: Gatescope) -> None:
    """Lesson 6. Django closes each answer in a thread, for an instant: a few of these may meet."""
    servers = ("uvicorn", "uvicorn-lean", "uvicorn-lean-sync")
    results = demo.run(servers, "wait-async", count=20, seconds=0.5)["servers"]
    most = [results[server]["threads_at_once"] for server in servers]
    assert [most[0] >= 20, most[1] <= 10, most[2] >= 20] == [True] * 3


@pytest.mark.parametrize(
    ("servers", "deaf"), [(("uvicorn",), 0), (("uvicorn", "daphne"), 3), (TOGETHER, 0)], ids=["one", "two", "redis"]
)
def test_an_announcement_reaches_the_phones_of_another_server_through_redis_alone(
    demo: Gatescope, servers: tuple[str, ...], deaf: int
) -> None:
    """Lesson 18. Whichever server the speaker is at, the phones at the other hear nothing in a room of memory."""
    results = demo.run(servers, "announce", count=3, seconds=1)["servers"]
    requests = [request for result in results.values() for request in result["requests"]]
    assert [request["heard_s"] for request in requests].count(None) == deaf
    spreads = [result["heard_spread_s"] for result in results.values()]
    assert spreads.count(None) == (1 if deaf else 0)
    assert max(spread for spread in spreads if spread is not None) < 1
