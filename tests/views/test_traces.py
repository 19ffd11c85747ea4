"""A trace at its permalink: what is still in memory, what only a recording holds, and what nobody holds."""

import pytest
from django.test import AsyncClient

from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.otlp_json import read_json
from dashboard.ingest.protobuf import read_protobuf
from dashboard.services import hub
from dashboard.traces.store import TraceStore
from tests.support.spans import SECOND_NS, START_NS, make_open, make_span

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"accept": "application/json"}
HTML = {"accept": "text/html"}
TRACE = make_span().trace_id
LIMITS = IngestLimits()


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch) -> TraceStore:
    """A hub with a trace of two spans, of which the later one arrived first."""
    made = TraceStore()
    first = make_span(1, start_ns=START_NS, end_ns=START_NS + SECOND_NS)
    made.absorb([make_open(2, start_ns=START_NS + 5_000_000), first])
    monkeypatch.setattr(hub, "store", made)
    return made


async def test_scripts_get_the_spans_in_the_contracts_form_by_start(store: TraceStore) -> None:
    answer = await AsyncClient().get(f"/traces/{TRACE}", headers=JSON)
    assert answer.json() == {"trace_id": TRACE, "spans": [span.as_json() for span in store.trace(TRACE)]}
    assert [span["name"] for span in answer.json()["spans"]] == ["span 1", "span 2"]


async def test_the_table_shows_times_after_the_start_and_what_is_still_open() -> None:
    page = (await AsyncClient().get(f"/traces/{TRACE}", headers=HTML)).content.decode()
    assert "5.00 ms" in page
    assert "1000.00 ms" in page
    assert "still open" in page


async def test_an_unknown_trace_is_one_sentence() -> None:
    answer = await AsyncClient().get(f"/traces/{99:032x}", headers=JSON)
    assert answer.status_code == 404
    assert "is not kept here" in answer.json()["error"]


async def test_a_trace_leaves_as_otlp_in_both_encodings(store: TraceStore) -> None:
    as_json = await AsyncClient().get(f"/traces/{TRACE}/otlp.json")
    as_protobuf = await AsyncClient().get(f"/traces/{TRACE}/otlp.pb")
    assert as_protobuf["Content-Type"] == "application/x-protobuf"
    batches = [read_json(as_json.content, LIMITS, 1), read_protobuf(as_protobuf.content, LIMITS, 1)]
    for batch in batches:
        found = [(span.name, span.span_id, span.start_ns, span.end_ns) for span in batch.spans]
        assert found == [(span.name, span.span_id, span.start_ns, span.end_ns) for span in store.trace(TRACE)]


async def test_some_requests_or_all_leave_as_otlp(store: TraceStore) -> None:
    store.absorb([make_span(1, trace=7)])
    everything = (await AsyncClient().get("/traces/otlp.json")).content
    some = (await AsyncClient().get("/traces/otlp.json", {"traces": f"{7:032x} {8:032x}"})).content
    assert [len(read_json(text, LIMITS, 1).spans) for text in (everything, some)] == [3, 1]


async def test_what_is_not_kept_cannot_leave() -> None:
    assert (await AsyncClient().get(f"/traces/{99:032x}/otlp.pb", headers=JSON)).status_code == 404
    assert (await AsyncClient().get("/traces/otlp.json", {"traces": "x"}, headers=JSON)).status_code == 404
