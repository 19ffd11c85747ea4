"""Metrics are read from one server's part of a run."""

import pytest

from dashboard.runs.metrics import METRICS
from dashboard.runs.results import RequestResult, ServerResult
from tests.lessons.made import request


def read(metric: str, *requests: RequestResult) -> float | None:
    return METRICS[metric].read(ServerResult(requests=requests))


def test_a_status_is_one_figure_only_when_all_have_the_same() -> None:
    assert read("status", request(status=101), request(status=101)) == 101
    assert read("status", request(status=101), request(status=404)) is None
    assert read("status", request()) is None


def test_a_version_of_http_is_a_number_and_a_refusal_is_0() -> None:
    assert read("protocol", request(protocol="1.1")) == 1.1
    assert read("protocol", request(protocol="2"), request(protocol="2")) == 2
    assert read("protocol", request()) == 0
    assert read("protocol", request(protocol="websocket")) is None


def test_chunks_are_read_at_their_ends() -> None:
    assert read("first chunk", request(chunks_s=(0.1, 2.0)), request(chunks_s=(0.3, 2.2))) == pytest.approx(0.2)
    assert read("last chunk", request(chunks_s=(0.1, 2.0))) == 2.0
    assert read("last chunk", request()) is None
