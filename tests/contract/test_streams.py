"""Streams, uploads, leaving and HTTP/2 at the real fleet: the figures of lessons 10, 14 and 17.

Shares of a stream's time are compared, not seconds: the machine is shared and noisy.
"""

from typing import Any

import pytest

from dashboard.runs.measurement import PIECES
from tests.support.demo import Gatescope
from tests.support.programs import here

WSGI = here(("gunicorn-sync", "gunicorn-gthread", "uwsgi", "mod_wsgi"))
ASGI = ("uvicorn", "daphne", "hypercorn", "gunicorn-asgi")
ALL = WSGI + ASGI
STREAM_S = 2.0

Results = dict[str, dict[str, Any]]


def only(results: Results, server: str) -> dict[str, Any]:
    """The one request that a server got."""
    (request,) = results[server]["requests"]
    assert isinstance(request, dict)
    return request


def spans(demo: Gatescope, request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The spans of a request by stage."""
    found = demo.http.get(f"/traces/{request['trace_id']}").json()["spans"]
    return {span["stage"]: span for span in found}


@pytest.fixture(scope="module")
def streamed(demo: Gatescope) -> dict[str, Results]:
    """One stream of each kind from every server, side by side."""
    names = ("stream", "stream-async", "notifications")
    return {name: demo.run(ALL, name, seconds=STREAM_S)["servers"] for name in names}


DRIPS = [
    *(("stream", server) for server in WSGI),
    *(("stream-async", server) for server in ASGI),
    *(("notifications", server) for server in ASGI),
]
DUMPS = [
    *(("stream", server) for server in ASGI),
    *(("stream-async", server) for server in WSGI),
    *(("notifications", server) for server in WSGI),
]


@pytest.mark.parametrize(("scenario", "server"), DRIPS)
def test_a_generator_drips_under_its_own_interface(
    demo: Gatescope, streamed: dict[str, Results], scenario: str, server: str
) -> None:
    request = only(streamed[scenario], server)
    assert (request["status"], request["protocol"]) == (200, "1.1")
    first, *_, last = request["chunks_s"]
    assert len(request["chunks_s"]) >= 5
    assert first < 0.5 * STREAM_S
    # The last but one pause is over before the last chunk comes: four fifths of the stream lie between them.
    assert last - first > 0.6 * STREAM_S
    said = spans(demo, request)["server"]["attributes"]
    words, sizes, at = (said[f"gatescope.conversation{end}"] for end in ("", ".size", ".at_ns"))
    pieces = [ns for word, size, ns in zip(words, sizes, at, strict=True) if word in PIECES and size]
    assert len(pieces) == 5
    assert (pieces[-1] - pieces[0]) / 1e9 > 0.6 * STREAM_S


@pytest.mark.parametrize(("scenario", "server"), DUMPS)
def test_a_generator_of_the_other_interface_is_dumped_at_its_end(
    streamed: dict[str, Results], scenario: str, server: str
) -> None:
    request = only(streamed[scenario], server)
    assert request["status"] == 200
    assert request["chunks_s"][0] >= 0.99 * STREAM_S


@pytest.mark.parametrize("server", ALL)
def test_an_upload_takes_the_time_of_its_client(demo: Gatescope, server: str) -> None:
    request = only(demo.run([server], "upload", seconds=0.5)["servers"], server)
    assert (request["status"], request["error"]) == (200, "")
    assert request["total_s"] >= 0.5
    stages = spans(demo, request)
    assert stages["client"]["attributes"]["gatescope.client.sending_ns"] >= 0.5e9
    assert "error.type" not in stages["server"]["attributes"]
    waited_s = stages["server"]["attributes"]["gatescope.receive_ns"] / 1e9
    # Daphne calls the application when it has the whole body; the others' applications wait for the client.
    assert waited_s < 0.25 if server == "daphne" else waited_s > 0.25


@pytest.fixture(scope="module")
def left(demo: Gatescope) -> dict[str, Results]:
    """Ten steps in two seconds, whose client leaves after half a second."""
    return {
        name: demo.run(servers, name, seconds=2, leave=0.5)["servers"]
        for name, servers in {"work": ALL, "work-async": ALL}.items()
    }


@pytest.mark.parametrize("server", WSGI)
@pytest.mark.parametrize("scenario", ["work", "work-async"])
def test_a_wsgi_server_works_on_for_nobody(left: dict[str, Results], scenario: str, server: str) -> None:
    request = only(left[scenario], server)
    assert (request["error"], left[scenario][server]["errors"]) == ("left after 0.5 s", 0)
    assert 6 <= request["steps_after"] <= 10


@pytest.mark.parametrize("server", ASGI)
def test_an_async_view_under_asgi_is_cancelled_when_its_client_leaves(
    demo: Gatescope, left: dict[str, Results], server: str
) -> None:
    request = only(left["work-async"], server)
    assert request["error"] == "left after 0.5 s"
    assert request["steps_after"] <= 2
    stages = spans(demo, request)
    assert stages["view"]["attributes"]["error.type"] == "asyncio.exceptions.CancelledError"
    assert stages["server"]["attributes"]["gatescope.client_left_ns"] >= stages["client"]["end_ns"]


@pytest.mark.parametrize("server", ASGI)
def test_a_sync_view_under_asgi_cannot_be_cancelled(left: dict[str, Results], server: str) -> None:
    assert 6 <= only(left["work"], server)["steps_after"] <= 10


@pytest.mark.parametrize("server", ["hypercorn", "daphne-tls", "gunicorn-asgi-tls"])
def test_http_2_is_several_streams_of_one_connection(demo: Gatescope, server: str) -> None:
    run = demo.run([server], "wait-async", count=5, seconds=1, protocol="2")
    result = run["servers"][server]
    assert run["protocol"] == "2"
    assert [(request["status"], request["protocol"]) for request in result["requests"]] == [(200, "2")] * 5
    seen = [spans(demo, request) for request in result["requests"]]
    assert len({stages["client"]["attributes"]["gatescope.client.connection"] for stages in seen}) == 1
    assert len({stages["client"]["attributes"]["gatescope.client.stream_id"] for stages in seen}) == 5
    assert {stages["server"]["attributes"]["network.protocol.version"] for stages in seen} == {"2"}
    # Five waits of a second one after another would take 5 s.
    assert result["last_s"] < 4


def test_a_server_that_speaks_tls_itself_is_not_behind_nginx(demo: Gatescope) -> None:
    refused = demo.post("/runs", {"server": "daphne-tls", "scenario": "hello", "via": "nginx"})
    assert refused.status_code == 400
    assert "daphne-tls speaks TLS itself" in refused.json()["error"]


def test_who_leaves_over_http_2_cancels_the_view_and_keeps_the_connection(demo: Gatescope) -> None:
    run = demo.run(["hypercorn"], "work-async", count=2, seconds=2, leave=0.5, protocol="2")
    requests = run["servers"]["hypercorn"]["requests"]
    assert [request["error"] for request in requests] == ["left after 0.5 s"] * 2
    assert all(request["steps_after"] <= 2 for request in requests)
    seen = [spans(demo, request)["client"]["attributes"] for request in requests]
    assert len({client["gatescope.client.connection"] for client in seen}) == 1


@pytest.mark.parametrize("server", [name for name in ALL if name != "hypercorn"])
def test_a_server_without_http_2_says_so_in_one_sentence(demo: Gatescope, server: str) -> None:
    result = demo.run([server], "hello", protocol="2")["servers"][server]
    (request,) = result["requests"]
    assert request["error"].startswith(f"{server} does not speak HTTP/2 in clear text: it ")
    assert (request["status"], result["errors"]) == (None, 1)


def test_a_kept_run_remembers_its_options(demo: Gatescope) -> None:
    fired = demo.run(["uvicorn"], "stream-async", seconds=1, leave=0.2)
    kept = demo.http.get(f"/runs/{fired['id']}").json()
    assert (kept["leave"], kept["protocol"]) == (0.2, "1.1")
    assert kept["servers"] == fired["servers"]


@pytest.mark.parametrize(
    ("field", "value"), [("leave", "0"), ("leave", "soon"), ("protocol", "3"), ("protocol", "h2")]
)
def test_a_wrong_option_is_refused_in_one_sentence(demo: Gatescope, field: str, value: str) -> None:
    refused = demo.post("/runs", {"server": "uvicorn", "scenario": "hello", field: value})
    assert refused.status_code == 400
    assert f"({field}) is '{value}'" in refused.json()["error"]
    told = demo.command("fire", "uvicorn", "hello", f"--{field}", value, "--url", demo.url)
    assert (told.returncode, f"({field}) is '{value}'" in told.stderr) == (2, True)
