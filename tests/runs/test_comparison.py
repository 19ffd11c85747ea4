"""The same run at a process without the instrument: who may ask for it, and what is said of both."""

import asyncio

import pytest

from dashboard.fleet.supervisor import Fleet
from dashboard.runs.measurement import compare
from dashboard.runs.orders import CLASS_MEMBER, PRESENTER, OrderError, parse_order
from dashboard.runs.prepare import IncompatibleOrderError, ensure_uninstrumented_up
from dashboard.runs.results import RequestResult
from dashboard.runs.target import Target
from tests.runs.firing import Recorder, answer_ok, listening, order

FORM = {"scenario": "hello", "uninstrumented": "on"}


def answered(index: int, total_s: float, started_s: float = 0.0) -> RequestResult:
    return RequestResult(trace_id="", index=index, status=200, total_s=total_s, started_s=started_s)


def test_a_class_member_cannot_compare() -> None:
    with pytest.raises(OrderError, match="Only the presenter"):
        parse_order(["uvicorn"], FORM, ["uvicorn"], CLASS_MEMBER)


def test_a_run_through_nginx_cannot_be_compared() -> None:
    with pytest.raises(OrderError, match="leave out `via`, or `uninstrumented`"):
        parse_order(["uvicorn"], {**FORM, "via": "nginx"}, ["uvicorn"], PRESENTER)


def test_the_switch_is_on_or_nothing() -> None:
    with pytest.raises(OrderError, match=r"\(uninstrumented\) is 'perhaps': expected on, or nothing"):
        parse_order(["uvicorn"], {**FORM, "uninstrumented": "perhaps"}, ["uvicorn"], PRESENTER)


def test_the_switch_is_off_by_default() -> None:
    assert order().uninstrumented is False
    assert order(uninstrumented="on").uninstrumented is True


async def test_servers_elsewhere_have_no_second_process() -> None:
    fleet = Fleet(remote={"uvicorn": "http://elsewhere:8000"})
    with pytest.raises(IncompatibleOrderError, match="run elsewhere"):
        await ensure_uninstrumented_up(fleet, order(uninstrumented="on"), ())


async def test_more_servers_than_may_run_are_refused() -> None:
    names = ["gunicorn-sync", "gunicorn-gthread", "uwsgi", "daphne", "uvicorn", "hypercorn", "gunicorn-asgi"]
    with pytest.raises(IncompatibleOrderError, match="choose at most 6"):
        await ensure_uninstrumented_up(Fleet(), parse_order(names, FORM, names, PRESENTER), ())


async def test_an_ordinary_run_needs_no_second_process() -> None:
    assert await ensure_uninstrumented_up(Fleet(), order(), ()) == {}


def test_both_have_their_median_their_percentile_and_their_rate_and_the_difference() -> None:
    observed = [answered(index, 0.1 * index) for index in range(1, 11)]
    bare = [answered(index, 0.05 * index) for index in range(1, 11)]
    compared = compare(observed, bare)
    assert (compared.observed.median_s, compared.uninstrumented.median_s, compared.median_s) == (0.55, 0.275, 0.275)
    assert (compared.observed.p95_s, compared.uninstrumented.p95_s, compared.p95_s) == (1.0, 0.5, 0.5)
    assert (compared.observed.per_second, compared.uninstrumented.per_second) == (10.0, 20.0)
    assert compared.per_second == -10.0


def test_what_was_not_answered_has_no_time_and_counts_as_failed() -> None:
    lost = RequestResult(trace_id="", index=1, error="refused", total_s=3.0)
    compared = compare([answered(1, 0.1)], [lost])
    assert (compared.uninstrumented.answers, compared.uninstrumented.errors) == (0, 1)
    assert compared.uninstrumented.median_s is None
    assert compared.median_s is None


async def test_the_second_process_gets_the_same_requests_afterwards_and_no_viewer_sees_them() -> None:
    asked: list[str] = []

    async def observed(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append("observed")
        await answer_ok(head, writer)

    async def bare(head: bytes, writer: asyncio.StreamWriter) -> None:
        asked.append("bare")
        await answer_ok(head, writer)

    recorder = Recorder()
    async with listening(observed) as url, listening(bare) as other_url:
        run = recorder.runner.start(
            order(3, uninstrumented="on"), {"uvicorn": Target.of_url(url)}, {"uvicorn": Target.of_url(other_url)}
        )
        result = await run.wait()
    assert asked == ["observed"] * 3 + ["bare"] * 3
    compared = result.servers["uvicorn"].compared
    assert compared is not None
    assert (compared.observed.answers, compared.uninstrumented.answers) == (3, 3)
    assert len({span.trace_id for span in recorder.versions}) == 3


async def test_a_run_that_is_stopped_before_its_second_half_compares_nothing() -> None:
    async def hang(_head: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    recorder = Recorder()
    async with listening(answer_ok) as url, listening(hang) as other_url:
        run = recorder.runner.start(
            order(uninstrumented="on"), {"uvicorn": Target.of_url(url)}, {"uvicorn": Target.of_url(other_url)}
        )
        while not run.uninstrumented.get("uvicorn"):
            await asyncio.sleep(0.01)
        assert recorder.runner.compared_servers() == {"uvicorn"}
        await recorder.runner.stop(run.id)
        result = await run.wait()
    assert result.servers["uvicorn"].compared is None
