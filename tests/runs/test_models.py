"""A run comes back from the database as it went in, and one of an older version with what it has."""

import pytest

from dashboard.runs.models import Run
from dashboard.runs.results import Ending, RequestResult, RunResult, ServerResult

pytestmark = pytest.mark.django_db


def test_a_run_comes_back_as_it_was() -> None:
    request = RequestResult(
        trace_id="t", index=1, status=200, chunks_s=(0.5, 1.0), all_threads={"7/main": (0.1, 0.2)}, loops=("7/1",)
    )
    result = RunResult(
        id="r",
        scenario="wait",
        count=1,
        concurrency=1,
        via="nginx",
        leave=0.5,
        state="done",
        note=Ending.STOPPED,
        servers={"uvicorn": ServerResult(last_s=1.0, requests=(request,))},
    )
    Run.of_result(result).save()
    assert Run.objects.get().result() == result


def test_a_run_of_an_older_version_has_defaults_for_what_was_not_measured_then() -> None:
    request = {"trace_id": "t", "index": 1, "status": 200, "error": "", "all_threads": ["7/main"]}
    server = {"last_s": 1.0, "errors": 0, "requests": [request]}
    Run(id="r", scenario="wait", count=1, concurrency=1, state="done", servers={"uvicorn": server}).save()
    result = Run.objects.get().result()
    assert (result.via, result.protocol, result.leave) == ("", "1.1", None)
    assert result.servers["uvicorn"].last_s == 1.0
    assert result.servers["uvicorn"].requests[0].all_threads == {}
