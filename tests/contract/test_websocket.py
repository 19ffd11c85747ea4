"""WebSocket on the real fleet: a session on the four ASGI servers, a refusal on the others, lesson 7 by ratio."""

from typing import Any

import pytest

from tests.fleet.helpers import wait_until
from tests.support.demo import Gatescope
from tests.support.programs import here

ASGI = ("daphne", "uvicorn", "hypercorn", "gunicorn-asgi")
WSGI = here(("gunicorn-sync", "gunicorn-gthread", "uwsgi", "mod_wsgi"))
SOCKETS = 5

Results = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def fired(demo: Gatescope) -> dict[str, Results]:
    """Five sockets at once, by scenario and server; each says something that takes a second."""
    return {
        "chat": demo.run([*ASGI, *WSGI], "chat", count=SOCKETS)["servers"],
        "chat-sync": demo.run([*ASGI, *WSGI], "chat-sync", count=SOCKETS)["servers"],
    }


def spans_of(demo: Gatescope, request: dict[str, Any]) -> dict[str, dict[str, Any]]:
    spans = demo.http.get(f"/traces/{request['trace_id']}").json()["spans"]
    return {span["stage"]: span for span in spans}


@pytest.mark.parametrize("scenario", ["chat", "chat-sync"])
@pytest.mark.parametrize("server", ASGI)
def test_an_asgi_server_switches_protocols(fired: dict[str, Results], server: str, scenario: str) -> None:
    requests = fired[scenario][server]["requests"]
    assert [(one["status"], one["error"], one["protocol"]) for one in requests] == [(101, "", "websocket")] * SOCKETS


@pytest.mark.parametrize("scenario", ["chat", "chat-sync"])
@pytest.mark.parametrize("server", WSGI)
def test_a_wsgi_server_refuses_with_its_own_status(
    demo: Gatescope, fired: dict[str, Results], server: str, scenario: str
) -> None:
    result = fired[scenario][server]
    assert [one["status"] for one in result["requests"]] == [404] * SOCKETS
    assert result["errors"] == SOCKETS
    spans = spans_of(demo, result["requests"][0])
    assert spans["client"]["status"] == "error"
    assert spans["server"]["attributes"]["gatescope.interface"] == "wsgi"
    assert not {"handshake", "session"} & set(spans)


@pytest.mark.parametrize("server", ASGI)
def test_sync_consumers_share_one_thread_and_async_ones_wait_together(fired: dict[str, Results], server: str) -> None:
    together, in_turn = (fired[scenario][server]["last_s"] for scenario in ("chat", "chat-sync"))
    assert 0.99 <= together
    assert 4.9 <= in_turn <= 15
    assert in_turn > 2 * together


@pytest.mark.parametrize("server", ASGI)
def test_one_thread_serves_five_sockets_the_loop_s_or_the_one_that_sync_consumers_share(
    fired: dict[str, Results], server: str
) -> None:
    together, in_turn = (fired[scenario][server] for scenario in ("chat", "chat-sync"))
    assert (together["threads"], in_turn["threads"]) == (1, 1)
    assert {one["thread"] for one in together["requests"]} == {"MainThread"}
    assert {one["thread"] for one in in_turn["requests"]} != {"MainThread"}
    assert 0.99 <= together["view_s"]
    # Each session is open until its turn is over: the third of five waits for two others.
    assert in_turn["view_s"] > 1.5 * together["view_s"]


def last_to_leave(result: dict[str, Any]) -> dict[str, Any]:
    """Whoever leaves earlier is still spoken to, and that is an error of its session."""
    request: dict[str, Any] = max(result["requests"], key=lambda one: one["total_s"])
    return request


@pytest.mark.parametrize("server", ASGI)
def test_a_session_is_seen_whole(demo: Gatescope, fired: dict[str, Results], server: str) -> None:
    spans = spans_of(demo, last_to_leave(fired["chat"][server]))
    assert {"client", "queue", "server", "handshake", "session"} <= set(spans)
    assert all(span["end_ns"] for span in spans.values())
    assert spans["server"]["parent_id"] == spans["client"]["span_id"]
    assert spans["session"]["parent_id"] == spans["server"]["span_id"]
    consumer = spans["server"]["attributes"]
    assert consumer["code.function.name"] == "samples.chat.consumers.Chat"
    assert consumer["code.file.path"] == "samples/chat/consumers.py"
    shown = consumer["gatescope.code"].split("\n")
    seen = {shown[line - consumer["code.line.number"]].strip() for line in consumer["gatescope.code.lines"][1::2]}
    assert "await asyncio.sleep(said.seconds)" in seen
    about = spans["session"]["attributes"]
    # Hypercorn 0.18 tells its application 1006, whatever the client said when it closed.
    assert about["gatescope.session.code"] in ({1000, 1006} if server == "hypercorn" else {1000})
    assert about["gatescope.session.closed_by"] == "client"
    assert about["gatescope.session.received"] == 1
    assert about["gatescope.session.sent"] >= 1


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_the_hops_of_a_sync_consumer_are_crossings_inside_its_session(
    demo: Gatescope, fired: dict[str, Results], server: str
) -> None:
    request = last_to_leave(fired["chat-sync"][server])
    spans = demo.http.get(f"/traces/{request['trace_id']}").json()["spans"]
    hops = [
        span
        for span in spans
        if span["stage"] == "crossing" and span["attributes"]["gatescope.crossing.reason"] == "sync consumer"
    ]
    assert all(span["status"] != "error" for span in hops)
    longest = max(hops, key=lambda span: span["end_ns"] - span["start_ns"])
    assert longest["end_ns"] - longest["start_ns"] > 0.9e9
    assert longest["parent_id"] == next(span["span_id"] for span in spans if span["stage"] == "session")


@pytest.mark.parametrize("server", ASGI)
def test_each_message_is_a_trace_of_its_own_that_names_its_session(demo: Gatescope, server: str) -> None:
    (request,) = demo.run([server], "chat", seconds=0.3)["servers"][server]["requests"]
    session = spans_of(demo, request)["session"]
    name = f"{session['trace_id']}/{session['span_id']}"
    assert wait_until(lambda: len(messages_of(demo, name)) == 2, 10)
    messages = messages_of(demo, name)
    assert len({session["trace_id"], *(span["trace_id"] for span in messages.values())}) == 3
    assert messages["in"]["end_ns"] - messages["in"]["start_ns"] >= 0.29e9
    assert messages["out"]["attributes"]["gatescope.message.bytes"] == 32


def messages_of(demo: Gatescope, session: str) -> dict[str, dict[str, Any]]:
    """The ended messages of a session by direction, as a viewer sees them."""
    return {
        span["attributes"]["gatescope.message.direction"]: span
        for span in demo.seen()
        if span["end_ns"] and span["attributes"].get("gatescope.session") == session
    }
