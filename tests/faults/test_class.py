"""What a class member may do to others: nothing. Their orders are small, take turns, and end."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from django.test import AsyncClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.keys import PRESENTER as THE_PRESENTER
from dashboard.access.keys import Keys, Visitor, new_member
from dashboard.access.roles import COOKIE
from dashboard.access.throttle import LoginThrottle
from dashboard.fleet.table import SERVERS
from dashboard.runs.orders import CLASS_MEMBER, OrderError, parse_order
from dashboard.runs.results import Ending
from dashboard.runs.runner import MAX_ACTIVE_RUNS, MAX_CLASS_RUNS
from dashboard.runs.scenarios import SCENARIOS
from dashboard.runs.target import Target
from dashboard.services import access, exclusive, fleet, runner
from tests.runs.firing import Recorder, listening, order

KEYS = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")
JSON = {"accept": "application/json"}
NAMES = [entry.name for entry in SERVERS]
GONE_WITHIN_S = 10.0


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "keys", KEYS)
    monkeypatch.setattr(access, "throttle", LoginThrottle())


def browser_of(visitor: Visitor) -> AsyncClient:
    """Return the browser of somebody who has joined."""
    client = AsyncClient()
    client.cookies[COOKIE] = KEYS.cookie(visitor)
    return client


async def hang(_head: bytes, _writer: asyncio.StreamWriter) -> None:
    """Answer nothing."""
    await asyncio.Event().wait()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(GONE_WITHIN_S):
        while not condition():
            await asyncio.sleep(0.01)


@given(
    servers=st.lists(st.sampled_from(NAMES), min_size=1, max_size=len(NAMES)),
    fields=st.fixed_dictionaries(
        {
            "scenario": st.sampled_from(sorted(SCENARIOS)),
            "count": st.integers(0, 2000).map(str),
            "concurrency": st.integers(0, 2000).map(str) | st.just(""),
            "seconds": st.just("") | st.floats(0.01, 40).map(str),
            "leave": st.just("") | st.floats(0.01, 40).map(str),
            "uninstrumented": st.sampled_from(["", "on"]),
        }
    ),
)
def test_no_order_of_a_member_is_larger_than_the_class_may_fire(servers: list[str], fields: dict[str, str]) -> None:
    try:
        found = parse_order(servers, fields, NAMES, CLASS_MEMBER)
    except OrderError:
        return
    number = len(found.servers)
    assert found.count * number <= CLASS_MEMBER.count
    assert min(found.concurrency, found.count) * number <= CLASS_MEMBER.concurrency
    assert CLASS_MEMBER.run_s is not None
    assert found.least_s <= CLASS_MEMBER.run_s
    assert not found.uninstrumented


@pytest.mark.parametrize("number", [1, 2, 3, 7, 20])
def test_what_the_class_may_fire_is_shared_out_among_the_servers_of_an_order(number: int) -> None:
    fields = {"scenario": "hello", "count": str(100 // number), "concurrency": str(20 // number)}
    found = parse_order(NAMES[:number], fields, NAMES, CLASS_MEMBER)
    assert found.count == math.floor(100 / number)
    for field in ("count", "concurrency"):
        with pytest.raises(OrderError, match=field):
            parse_order(NAMES[:number], {**fields, field: str(int(fields[field]) + 1)}, NAMES, CLASS_MEMBER)


def test_an_order_at_more_servers_than_requests_at_once_is_refused() -> None:
    with pytest.raises(OrderError, match="names 21 servers: choose at most 20"):
        parse_order(NAMES[:21], {"scenario": "hello"}, NAMES, CLASS_MEMBER)


def test_nobody_of_the_class_holds_a_place_with_requests_one_after_another() -> None:
    fields = {"scenario": "wait", "count": "100", "concurrency": "1", "seconds": "30"}
    with pytest.raises(OrderError, match="takes at least 3000 s, and a run of the class may last 120 s"):
        parse_order(["uvicorn"], fields, ["uvicorn"], CLASS_MEMBER)


async def test_a_run_of_the_class_ends_when_its_time_is_up() -> None:
    recorder = Recorder()
    async with listening(hang) as url:
        run = recorder.runner.start(order(), {"uvicorn": Target.of_url(url)}, owner="one", within_s=0.2)
        result = await run.wait()
    assert result.note is Ending.OVERDUE
    assert recorder.runner.owner_of(run.id) is None


async def test_the_class_takes_no_place_of_the_presenter_and_no_member_takes_two() -> None:
    recorder = Recorder()
    async with listening(hang) as url:
        targets = {"uvicorn": Target.of_url(url)}
        runs = [recorder.runner.start(order(), targets, owner=f"member {n}") for n in range(MAX_CLASS_RUNS)]
        with pytest.raises(OrderError, match="Your last run is still in progress"):
            recorder.runner.start(order(), targets, owner="member 0")
        with pytest.raises(OrderError, match="3 runs of the class are already in progress"):
            recorder.runner.start(order(), targets, owner="another")
        runs += [recorder.runner.start(order(), targets) for _ in range(MAX_ACTIVE_RUNS)]
        with pytest.raises(OrderError, match="4 runs are already in progress"):
            recorder.runner.start(order(), targets)
        for run in runs:
            await recorder.runner.stop(run.id)
            await run.wait()
        again = recorder.runner.start(order(), targets, owner="member 0")
        await recorder.runner.stop(again.id)
        await again.wait()


async def test_whoever_measures_waits_for_nobody_of_the_class() -> None:
    recorder = Recorder()
    async with listening(hang) as url:
        targets = {"uvicorn": Target.of_url(url)}
        theirs = recorder.runner.start(order(), targets, owner="member")
        assert not recorder.runner.presenter_is_firing()
        ours = recorder.runner.start(order(), targets)
        recorder.runner.displace_class()
        assert (await theirs.wait()).note is Ending.DISPLACED
        assert recorder.runner.under_way() == {ours.id}
        await recorder.runner.stop(ours.id)
        await ours.wait()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], Awaitable[str]]]:
    """Starts a run that hangs, for the presenter or a member, at the dashboard's own runner."""

    async def kept(_run: Any) -> None:
        return None

    async def start(owner: str, url: str) -> str:
        return runner.start(order(), {"uvicorn": Target.of_url(url)}, owner=owner).id

    monkeypatch.setattr(runner, "_finished", kept)
    monkeypatch.setattr(runner, "_progress", lambda _run: None)
    monkeypatch.setattr(runner, "_arrived", lambda _spans: None)
    yield start
    assert not runner.under_way()


async def test_a_member_stops_what_is_theirs_and_the_presenter_everything(
    hanging: Callable[[str, str], Awaitable[str]],
) -> None:
    one, other = new_member(), new_member()
    async with listening(hang) as url:
        presenters, ones = await hanging("", url), await hanging(one.id, url)
        for run, visitor in ((presenters, one), (presenters, other), (ones, other)):
            refused = await browser_of(visitor).post(f"/runs/{run}/stop", headers=JSON)
            assert (refused.status_code, runner.is_under_way(run)) == (403, True)
        assert (await browser_of(one).post(f"/runs/{ones}/stop", headers=JSON)).status_code == 200
        await until(lambda: not runner.is_under_way(ones))
        others = await hanging(other.id, url)
        for run in (presenters, others):
            assert (await browser_of(THE_PRESENTER).post(f"/runs/{run}/stop", headers=JSON)).status_code == 200
            await until(lambda run=run: not runner.is_under_way(run))  # type: ignore[misc]
        assert (await browser_of(one).post("/runs/none/stop", headers=JSON)).status_code == 404


@pytest.mark.parametrize("name", ["uvicorn", "fastapi"])
async def test_a_member_starts_no_server(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def start(_name: str) -> None:
        pytest.fail("a server was started")

    monkeypatch.setattr(fleet, "start", start)
    fields = {"server": name, "scenario": "hello"}
    refused = await browser_of(new_member()).post("/runs", fields, headers=JSON)
    assert refused.status_code == 409
    assert refused.json()["error"] == f"{name} is not running: the presenter can start it."


async def test_a_member_does_not_fire_into_a_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    async def all_up(*_: object) -> dict[str, Target]:
        return {}

    monkeypatch.setattr("dashboard.views.runs.ensure_servers_up", all_up)
    claim = exclusive.claim("Lesson 7")
    try:
        fields = {"server": "uvicorn", "scenario": "hello"}
        refused = await browser_of(new_member()).post("/runs", fields, headers=JSON)
    finally:
        exclusive.release(claim)
    assert refused.status_code == 409
    assert refused.json()["error"].startswith("Lesson 7 is being measured")
