"""The boxes of every page."""

import pytest

from tests.engines.boxes import faults
from tests.engines.engine import Engine
from tests.support.demo import Gatescope
from tests.support.pages import PAGES, PAGES_OF_A_RUN


@pytest.fixture(scope="module")
def of_a_run(demo: Gatescope) -> dict[str, str]:
    """What stands in the addresses of pages of a run: two runs, and a trace of the first."""
    run, other = (demo.run(["uvicorn"], "hello", count=2) for _ in range(2))
    trace = run["servers"]["uvicorn"]["requests"][0]["trace_id"]
    return {"run": run["id"], "other": other["id"], "trace": trace}


@pytest.mark.parametrize("address", ["/", *PAGES])
def test_nothing_overlaps_or_is_cut_off_on_a_page(engine: Engine, demo: Gatescope, address: str) -> None:
    engine.goto(demo.url + address)

    assert faults(engine) == []


@pytest.mark.parametrize("address", PAGES_OF_A_RUN)
def test_nothing_overlaps_or_is_cut_off_on_a_page_of_a_run(
    engine: Engine, demo: Gatescope, of_a_run: dict[str, str], address: str
) -> None:
    engine.goto(demo.url + address.format_map(of_a_run))

    assert faults(engine) == []
