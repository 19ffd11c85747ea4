"""A guarded dashboard as strangers, members and senders find it: over real sockets, with nothing replaced."""

import json
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from django.urls import reverse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from websockets import Origin
from websockets.sync.client import connect

from dashboard import urls
from dashboard.access.permissions import PAGES
from dashboard.access.roles import COOKIE
from dashboard.traces.limits import StoreLimits
from tests.ingest.requests import json_body, json_span, proto_request
from tests.support.demo import Gatescope, gatescope

TOKEN, SEND_KEY, JOIN_CODE = "only-the-presenter-knows", "a-key-to-send-with", "K7M4QX"
KEYS = {"GATESCOPE_TOKEN": TOKEN, "GATESCOPE_SEND_KEY": SEND_KEY, "GATESCOPE_JOIN_CODE": JOIN_CODE}
ELSEWHERE = {"x-forwarded-for": "198.51.100.7"}
"""What makes a request one from another machine."""
JSON = {"content-type": "application/json"}
SENDERS, MESSAGES, SPANS = 10, 11, 512


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gatescope]:
    with gatescope(tmp_path_factory.mktemp("data"), "gunicorn-sync", keys=KEYS) as running:
        yield running


def client(demo: Gatescope) -> httpx.Client:
    """Somebody whom the dashboard does not know yet."""
    return httpx.Client(base_url=demo.url, headers=ELSEWHERE, trust_env=False, timeout=60)


@contextmanager
def joined(demo: Gatescope, secret: str) -> Iterator[httpx.Client]:
    """Somebody who has exchanged this secret for a cookie, and fetched a page."""
    with client(demo) as somebody:
        assert somebody.get("/join", params={"code": secret}).status_code == 302
        assert somebody.get("/", headers={"accept": "text/html"}).status_code == 200
        assert COOKIE in somebody.cookies
        yield somebody


def bearer(*secrets_: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {secret}") for secret in secrets_]


def test_spans_from_elsewhere_are_taken_by_the_key_in_one_header_alone(demo: Gatescope) -> None:
    body = json_body(json_span())

    def send(sender: httpx.Client, *headers: tuple[str, str], **query: str) -> int:
        return sender.post("/v1/traces", content=body, params=query, headers=[*JSON.items(), *headers]).status_code

    with client(demo) as stranger, joined(demo, JOIN_CODE) as member, joined(demo, TOKEN) as presenter:
        refused = [
            send(stranger),
            send(stranger, key=SEND_KEY),
            send(stranger, code=SEND_KEY),
            send(stranger, *bearer("wrong")),
            send(stranger, *bearer(JOIN_CODE)),
            send(stranger, *bearer(SEND_KEY, SEND_KEY)),
            send(stranger, *bearer("wrong", SEND_KEY)),
            send(stranger, ("authorization", f"Basic {SEND_KEY}")),
            send(member),
            send(presenter),
        ]
        assert refused == [403] * len(refused)
        assert [send(stranger, *bearer(key)) for key in (SEND_KEY, TOKEN)] == [200, 200]


def test_a_member_presents_nothing_and_the_token_is_nowhere(demo: Gatescope) -> None:
    names = [name for name, rule in PAGES.items() if rule.act == frozenset({"presenter"})]
    assert len(names) > 15
    patterns = {pattern.name: pattern.pattern.converters for pattern in urls.urlpatterns}
    with joined(demo, JOIN_CODE) as member:
        csrf = {"x-csrftoken": member.cookies["csrftoken"]}
        for name in names:
            answer = member.post(reverse(name, kwargs=dict.fromkeys(patterns[name], "1")), headers=csrf)
            assert answer.status_code == 403, name
            assert answer.headers["referrer-policy"] == "same-origin", name
            assert TOKEN not in answer.text, name
        assert TOKEN not in member.get("/fleet").text + member.get("/healthz").text
    written = [path for path in demo.data.rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if TOKEN.encode() in path.read_bytes()]
    assert TOKEN not in demo.http.get("/fleet").text


def test_guessing_at_every_door_locks_out_no_right_key(demo: Gatescope) -> None:
    def guess(number: int) -> int:
        with client(demo) as stranger:
            if number % 2:
                return stranger.get("/join", params={"code": f"WRONG{number}"}).status_code
            return stranger.post("/recordings/import", content=b"x", headers=bearer(f"wrong-{number}")).status_code

    with ThreadPoolExecutor(20) as guessers:
        answers = list(guessers.map(guess, range(80)))
    assert set(answers) == {403, 429}
    with client(demo) as sender:
        for key in (SEND_KEY, TOKEN):
            headers = [*JSON.items(), *bearer(key)]
            assert sender.post("/v1/traces", content=json_body(json_span()), headers=headers).status_code == 200
    with joined(demo, TOKEN) as presenter:
        assert presenter.get("/fleet").status_code == 200
    with client(demo) as member:
        late = member.get("/join", params={"code": "WRONG"})
        assert late.status_code == 403 or int(late.headers["retry-after"]) > 0


def kept(demo: Gatescope) -> dict[str, int]:
    """What a new viewer is told of the store."""
    address = f"{demo.url.replace('http', 'ws')}/live"
    headers = dict(bearer(TOKEN))
    with connect(address, origin=Origin(demo.url), additional_headers=headers, max_size=None) as viewer:
        counts: dict[str, int] = json.loads(viewer.recv())["kept"]
        return counts


def accounted(demo: Gatescope) -> int:
    """How many spans are in the store, or are said to have gone."""
    counts = kept(demo)
    return counts["spans"] + counts["evicted_spans"] + counts["cut_spans"]


def message(trace_id: bytes | None = None, count: int = SPANS) -> bytes:
    """Spans that nobody has sent before, each of a trace of its own or all of one."""
    request: ExportTraceServiceRequest = proto_request(count)
    for span in request.resource_spans[0].scope_spans[0].spans:
        span.trace_id, span.span_id = trace_id or secrets.token_bytes(16), secrets.token_bytes(8)
    return request.SerializeToString()


def test_what_ten_senders_had_accepted_is_stored_or_counted(demo: Gatescope) -> None:
    def send(bodies: list[bytes]) -> int:
        headers = [("content-type", "application/x-protobuf"), *bearer(SEND_KEY)]
        with client(demo) as sender:
            for body in bodies:
                while (answer := sender.post("/v1/traces", content=body, headers=headers)).status_code == 503:
                    time.sleep(int(answer.headers["retry-after"]))
                assert (answer.status_code, answer.content) == (200, b"")
        return len(bodies) * SPANS

    too_many = 100
    long = StoreLimits().spans_per_trace + too_many
    before = accounted(demo)
    with ThreadPoolExecutor(SENDERS) as senders:
        many = sum(senders.map(send, [[message() for _ in range(MESSAGES)] for _ in range(SENDERS)]))
    send([message(secrets.token_bytes(16), long)])
    assert accounted(demo) - before == many + long
    counts = kept(demo)
    assert counts["cut_spans"] == too_many
    assert counts["evicted_spans"] > 0
