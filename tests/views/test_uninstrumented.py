"""The switch that compares with a process without the instrument is the presenter's."""

from django.test import AsyncClient

from dashboard.runs.card import run_html
from dashboard.runs.measurement import compare
from dashboard.runs.results import RequestResult, RunResult, ServerResult

SWITCH = 'name="uninstrumented"'


async def test_the_presenter_s_stage_has_the_switch() -> None:
    assert SWITCH in (await AsyncClient().get("/")).content.decode()


async def test_a_class_member_s_stage_has_no_switch(viewer: AsyncClient) -> None:
    assert SWITCH not in (await viewer.get("/")).content.decode()


async def test_a_class_member_who_sends_it_all_the_same_gets_one_sentence(viewer: AsyncClient) -> None:
    form = {"server": "uvicorn", "scenario": "hello", "uninstrumented": "on"}
    answer = await viewer.post("/runs", form, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert "Only the presenter can compare" in answer.json()["error"]


def test_the_card_says_both_and_what_is_ours() -> None:
    observed = [RequestResult(trace_id="a" * 32, index=1, status=200, total_s=0.0019)]
    bare = [RequestResult(trace_id="b" * 32, index=1, status=200, total_s=0.0015)]
    server = ServerResult(
        requests=(*observed,), compared=compare(observed, bare), instrument_s=0.0002, median_s=0.0019
    )
    html = " ".join(card(server).split())
    assert "1.90 ms</span> median" in html
    assert "+400 µs" in html
    assert "1.50 ms</span> median" in html
    assert "200 µs</span> ours" in html


def test_a_card_without_a_comparison_says_how_much_of_a_request_is_ours() -> None:
    html = " ".join(card(ServerResult(instrument_s=0.0002, median_s=0.0019)).split())
    assert "200 µs </dd> <dt>of 1.90 ms are ours" in html


def card(server: ServerResult) -> str:
    run = RunResult(id="0" * 16, scenario="hello", count=1, concurrency=1, state="done", servers={"uvicorn": server})
    return run_html(run)
