"""Nobody ends another's span: the ids of a run stand on every screen, and only who opened a span is believed."""

import json
from typing import Any

import pytest

from dashboard.access.guards import SendingGuard
from dashboard.access.keys import Keys
from dashboard.access.roles import Access
from dashboard.ingest.app import Ingest
from dashboard.live.hub import Hub
from dashboard.traces.attributes import CONFLICTS, RUN
from tests.support.spans import SECOND_NS, START_NS, make_open

KEYS = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")
VIEW = make_open(2).span_id
TRACE = make_open(1).trace_id
KEY = (TRACE, VIEW)
HONEST, LATER, FORGER = ("10.0.0.1", 4000), ("10.0.0.1", 4001), ("10.0.0.2", 4000)


@pytest.fixture
def hub() -> Hub:
    """A hub that has heard of a request that was fired."""
    made = Hub()
    made.receive([make_open(1, stage="client", attributes={RUN: "run"})])
    return made


async def post(
    hub: Hub,
    end_ns: int | None,
    client: tuple[str, int],
    *,
    sender: str = "",
    key: str = KEYS.send_key,
    span_id: str = VIEW,
) -> None:
    """Send a version of the view as a program does, through the guard."""
    span = {
        "traceId": TRACE,
        "spanId": span_id,
        "name": "view",
        "startTimeUnixNano": str(START_NS),
        "endTimeUnixNano": str(end_ns or 0),
    }
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    headers = {"content-type": "application/json", "host": "127.0.0.1", "authorization": f"Bearer {key}"}
    headers |= {"x-gatescope-sender": sender} if sender else {}
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/traces",
        "client": client,
        "server": ("127.0.0.1", 8000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    await SendingGuard(Ingest(hub), Access(KEYS))(scope, receive, send)
    assert sent[0]["status"] == 200


def view(hub: Hub) -> Any:
    stored = hub.store.get(KEY)
    assert stored
    return stored.span


@pytest.mark.parametrize("key", [KEYS.send_key, KEYS.token])
@pytest.mark.parametrize("forged_first", [True, False])
async def test_a_forged_end_is_shown_as_a_conflict_and_the_true_one_holds(
    hub: Hub, key: str, forged_first: bool
) -> None:
    await post(hub, None, HONEST)
    ends = [("forger", FORGER, START_NS + SECOND_NS // 10), ("honest", HONEST, START_NS + 5 * SECOND_NS)]
    for who, client, end_ns in ends if forged_first else ends[::-1]:
        await post(hub, end_ns, client, key=key if who == "forger" else KEYS.send_key)
        if forged_first and who == "forger":
            assert (view(hub).end_ns, view(hub).attributes[CONFLICTS]) == (None, 1)
    assert view(hub).end_ns == START_NS + 5 * SECOND_NS
    assert hub.status().conflicts == 1
    assert (CONFLICTS in view(hub).attributes) is forged_first


async def test_a_process_that_connects_again_is_known_by_its_own_number(hub: Hub) -> None:
    await post(hub, None, HONEST, sender="a" * 32)
    await post(hub, START_NS + SECOND_NS // 10, HONEST, sender="b" * 32)
    assert view(hub).end_ns is None
    await post(hub, START_NS + 5 * SECOND_NS, LATER, sender="a" * 32)
    assert view(hub).end_ns == START_NS + 5 * SECOND_NS


async def test_what_opened_on_one_connection_is_not_ended_on_another_by_who_has_no_number(hub: Hub) -> None:
    await post(hub, None, HONEST)
    await post(hub, START_NS + SECOND_NS, LATER)
    assert view(hub).end_ns is None


async def test_the_clients_side_of_a_run_is_written_by_nobody_else(hub: Hub) -> None:
    await post(hub, START_NS + 1, FORGER, span_id=make_open(1).span_id)
    stored = hub.store.get((TRACE, make_open(1).span_id))
    assert stored
    assert (stored.span.stage, stored.span.end_ns) == ("client", None)


async def test_of_a_request_that_others_fired_whoever_sends_is_believed() -> None:
    hub = Hub()
    await post(hub, None, HONEST)
    await post(hub, START_NS + SECOND_NS, FORGER)
    assert view(hub).end_ns == START_NS + SECOND_NS
