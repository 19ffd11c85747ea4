"""Recordings as one film: each group has a row, all begin together, and what was beside each other stays so."""

import pytest

from dashboard.diff.one_clock import Group, play_together
from dashboard.recordings.film import FilmJson
from dashboard.traces.span import Span
from tests.support.spans import SECOND_NS, START_NS, make_span


def film(trace: int, start_s: float, server: str = "uvicorn") -> FilmJson:
    start_ns = START_NS + int(start_s * SECOND_NS)
    attributes = {"gatescope.run": f"run {trace}", "gatescope.client.connected_ns": start_ns + 10}
    client = make_span(
        1,
        trace,
        stage="client",
        server=server,
        start_ns=start_ns,
        end_ns=start_ns + SECOND_NS,
        attributes=attributes,
    )
    facts = {"name": server, "title": f"{server.title()}, 1 event loop", "interface": "asgi"}
    return {
        "spans": [client.as_json()],
        "run": None,
        "servers": [facts],  # type: ignore[list-item]
        "backlog": {server: [(start_ns, 3)]},
    }


def starts(merged: FilmJson) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for span in map(Span.from_json, merged["spans"]):
        found.setdefault(span.server, []).append((span.start_ns - START_NS) / SECOND_NS)
    return found


def test_groups_begin_together_and_keep_their_own_distances() -> None:
    loop = Group("on the loop", [film(1, 0), film(2, 0.5)])
    thread = Group("in a thread", [film(3, 100), film(4, 100.5)])
    merged = play_together([loop, thread])
    assert starts(merged) == {"uvicorn 1": [0, 0.5], "uvicorn 2": [0, 0.5]}
    assert [server["title"] for server in merged["servers"]] == ["Uvicorn, on the loop", "Uvicorn, in a thread"]
    assert merged["backlog"]["uvicorn 2"] == [(START_NS, 3), (START_NS + SECOND_NS // 2, 3)]
    assert {span["attributes"]["gatescope.run"] for span in merged["spans"]} == {"one-clock"}


def test_one_group_keeps_its_servers_names() -> None:
    merged = play_together([Group("ten", [film(1, 0), film(2, 0, "daphne")])])
    assert [server["title"] for server in merged["servers"]] == ["Uvicorn, 1 event loop", "Daphne, 1 event loop"]


def test_a_recording_without_a_request_is_refused() -> None:
    empty: FilmJson = {"spans": [], "run": None, "servers": [], "backlog": {}}
    with pytest.raises(ValueError, match="“ten” has no request in it: fire again"):
        play_together([Group("ten", [empty])])
