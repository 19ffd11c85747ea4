"""Nothing that a sender names grows without bound, and no value of an attribute is an error anywhere (FAULTS 01, 13).

What is read out of spans is tried with each attribute that the dashboard knows in each shape that JSON has.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboard.advice.evidence import MOST_SERVICES, gather_evidence, list_services
from dashboard.diff.diff import diff_sides
from dashboard.diff.sides import SideRef, take_side
from dashboard.interchange.otlp import otlp_json
from dashboard.interchange.perfetto import perfetto_json
from dashboard.live.frames import HubStatus, encode_body, encode_frame
from dashboard.live.hub import Hub
from dashboard.live.limits import MESSAGE_BYTES
from dashboard.recordings.film import Film, unpack
from dashboard.recordings.handout import select_spans
from dashboard.recordings.summary import MOST_SERVERS, describe_servers, summarize
from dashboard.runs.measurement import count_steps_after_leaving, measure_request
from dashboard.runs.results import RequestResult
from dashboard.runs.thread_usage import read_thread_usage
from dashboard.traces import attributes as names
from dashboard.traces.coroutine import coroutine_turns
from dashboard.traces.losses import Losses
from dashboard.traces.self_time import self_times
from dashboard.traces.span import AttributeValue, Span
from dashboard.traces.stages import STAGES
from dashboard.traces.tree import build_trees
from tests.support.spans import make_span

NAMES = sorted({value for name, value in vars(names).items() if name.isupper() and isinstance(value, str)})
ODD: list[AttributeValue] = [
    [],
    [1, 2],
    ["a", ["b"]],
    [None, True],
    [-(10**12), 5, -7],
    "",
    "text",
    '{"a": 1}',
    True,
    None,
    0,
    -1,
    2**63 - 1,
    -(2**63),
    1e308,
    0.5,
]


def spans_with(name: str, value: AttributeValue) -> list[Span]:
    """One trace with a span of every stage, each with this attribute."""
    usual: dict[str, AttributeValue] = {names.PROCESS_ID: 7, names.THREAD_ID: 9, names.LOOP: 1}
    return [
        make_span(
            number, stage=stage, parent_id=f"{1:016x}" if number > 1 else None, attributes={**usual, name: value}
        )
        for number, stage in enumerate(["client", *(stage for stage in STAGES if stage != "client")], start=1)
    ]


def read_film(spans: list[Span]) -> None:
    """Pack the spans, unpack them, and compare them with themselves."""
    servers = describe_servers(summarize(spans, 1_000).requests, lambda _name: None)
    film = unpack(Film(spans, servers, None, {}).pack())
    one, other = (take_side(SideRef(number, ""), "title", film) for number in ("1", "2"))
    diff_sides(one.side, other.side)


READERS: list[Callable[[list[Span]], object]] = [
    read_film,
    lambda spans: summarize(spans, 1_000),
    lambda spans: select_spans(spans, 3),
    perfetto_json,
    otlp_json,
    lambda spans: list((gather_evidence(spans, "uvicorn") or pytest.fail("nothing")).sentences()),
    read_thread_usage,
    lambda spans: measure_request(RequestResult(trace_id=spans[0].trace_id, index=0), spans),
    count_steps_after_leaving,
    self_times,
    build_trees,
    lambda spans: [list(coroutine_turns(span)) for span in spans],
]


@pytest.mark.parametrize("name", NAMES)
def test_no_shape_of_a_value_is_an_error(name: str) -> None:
    for value in ODD:
        spans = spans_with(name, value)
        for read in READERS:
            read(spans)


def test_services_on_offer_and_in_a_recording_are_bounded() -> None:
    spans = [make_span(1, number, stage="server", server=f"s{number:05}") for number in range(1, 3_000)]
    offered = list_services(spans, ())
    assert (len(offered.first), offered.others) == (MOST_SERVICES, 2_999 - MOST_SERVICES)
    summary = summarize(spans, 1_000)
    assert len(describe_servers(summary.requests, lambda _name: None)) == MOST_SERVERS


def hostile_losses() -> Iterator[Losses]:
    """More services than anybody has, with long names: an astral character is 12 bytes in a frame."""
    return (
        Losses(f"{number}" + "\U0001f600" * 1_000, f"{number}" * 800, dropped_spans=2**63 - 1)
        for number in range(3_000)
    )


def test_what_is_said_beside_the_spans_fits_into_every_frame() -> None:
    hub = Hub()
    hub.receive([make_span(1, name="n" * 600_000)], hostile_losses())
    status: HubStatus = hub.status()
    members = {"snapshot": "true", "part": "1", "parts": "1", "missed": "0", **status.members()}
    text = encode_frame(1, encode_body(hub.store.since(0), members))
    assert len(text) <= MESSAGE_BYTES
    frame: dict[str, Any] = json.loads(text)
    assert len(frame["spans"]) == 1
    assert len(frame["losses"]) <= 101
