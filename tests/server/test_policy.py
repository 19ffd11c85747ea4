"""How long a body may be, by path and role, and how a longer one is refused."""

import json

import pytest
from google.rpc.status_pb2 import Status

from dashboard.access.keys import Keys
from dashboard.access.roles import Access
from dashboard.ingest.app import Ingest
from dashboard.ingest.limits import IngestLimits
from dashboard.ingest.signals import SIGNALS
from dashboard.interchange.limits import ImportLimits
from dashboard.live.hub import Hub
from dashboard.server.policy import IMPORT_PATH, PAGE_BODY_BYTES, DashboardPolicy
from dashboard.types import Scope

TOKEN = "the-presenters-token"
PROTOBUF = (b"content-type", b"application/x-protobuf")


def request(path: str, *headers: tuple[bytes, bytes], client: str = "127.0.0.1") -> Scope:
    """What is known of a request before its body."""
    return {
        "type": "http",
        "path": path,
        "headers": list(headers),
        "client": (client, 40_000),
        "server": ("127.0.0.1", 8000),
    }


@pytest.fixture
def ingest() -> Ingest:
    return Ingest(Hub())


@pytest.fixture
def policy(ingest: Ingest) -> DashboardPolicy:
    return DashboardPolicy(Access(), ingest)


@pytest.fixture
def guarded(ingest: Ingest) -> DashboardPolicy:
    return DashboardPolicy(Access(Keys(TOKEN, "K7M4QX", "the-key-for-sending")), ingest)


@pytest.mark.parametrize(
    ("path", "longest"),
    [*((path, IngestLimits().wire_bytes) for path in SIGNALS), ("/runs", PAGE_BODY_BYTES), ("", PAGE_BODY_BYTES)],
)
def test_spans_may_be_longer_than_forms(policy: DashboardPolicy, path: str, longest: int) -> None:
    assert policy.body_rule(request(path)).longest == longest


def test_only_a_recording_to_import_goes_to_the_disk(policy: DashboardPolicy) -> None:
    assert policy.body_rule(request(IMPORT_PATH)).on_disk
    assert not policy.body_rule(request("/v1/traces")).on_disk


def test_a_recording_of_the_longest_size_fits_with_its_form(policy: DashboardPolicy) -> None:
    assert policy.body_rule(request(IMPORT_PATH)).longest > ImportLimits().file_bytes


def test_a_viewer_who_would_import_is_refused_as_such(guarded: DashboardPolicy) -> None:
    rule = guarded.body_rule(request(IMPORT_PATH))
    assert (rule.longest, rule.on_disk) == (0, False)
    refusal = rule.refuse()
    assert refusal.status == 403
    assert json.loads(refusal.body) == {"error": "Only the presenter may do this."}


@pytest.mark.parametrize("path", [*SIGNALS, "/runs"])
def test_whoever_has_no_key_is_refused_before_a_body_is_read(guarded: DashboardPolicy, path: str) -> None:
    rule = guarded.body_rule(request(path, client="192.0.2.7"))
    assert (rule.longest, rule.refuse().status) == (0, 403)
    key = (b"authorization", b"Bearer " + TOKEN.encode())
    assert guarded.body_rule(request(path, key, client="192.0.2.7")).longest > 0


def test_a_program_on_this_machine_sends_without_a_key(guarded: DashboardPolicy) -> None:
    assert guarded.body_rule(request("/v1/traces")).longest > 0
    assert guarded.body_rule(request("/v1/traces", (b"x-forwarded-for", b"192.0.2.7"))).longest == 0


def test_a_sender_of_spans_is_refused_in_its_own_encoding(policy: DashboardPolicy) -> None:
    rule = policy.body_rule(request("/v1/traces", PROTOBUF))
    refusal = rule.refuse()
    assert refusal.status == 413
    assert Status.FromString(refusal.body).message == f"too large: more than {rule.longest} bytes in one request"


def test_when_too_much_waits_a_sender_is_told_so_before_its_body_is_read(
    policy: DashboardPolicy, ingest: Ingest
) -> None:
    ingest.decoder.waiting_bytes = ingest.limits.waiting_bytes
    rule = policy.body_rule(request("/v1/traces", PROTOBUF))
    refusal = rule.refuse()
    assert (rule.longest, refusal.status) == (0, 503)
    assert (b"retry-after", b"1") in refusal.headers


@pytest.mark.parametrize(
    ("origins", "readable"),
    [
        ([], True),
        ([b"http://127.0.0.1:8000"], True),
        ([b"null"], False),
        ([b"\xff"], False),
        ([b"http://127.0.0.1:8000", b"http://127.0.0.1:8000"], False),
    ],
)
def test_no_origin_and_a_single_plain_one_are_readable(
    policy: DashboardPolicy, origins: list[bytes], readable: bool
) -> None:
    assert policy.is_readable(origins) is readable
