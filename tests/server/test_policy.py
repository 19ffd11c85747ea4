"""How long a body may be, by path and role, and how a longer one is refused."""

import json

import pytest
from google.rpc.status_pb2 import Status

from dashboard.access.keys import Keys
from dashboard.access.roles import Access
from dashboard.ingest.limits import IngestLimits
from dashboard.interchange.limits import ImportLimits
from dashboard.server.policy import IMPORT_PATH, PAGE_BODY_BYTES, TRACES_PATH, DashboardPolicy


@pytest.fixture
def policy() -> DashboardPolicy:
    return DashboardPolicy(Access())


@pytest.mark.parametrize(
    ("path", "longest"),
    [(TRACES_PATH, IngestLimits().wire_bytes), (b"/runs", PAGE_BODY_BYTES), (b"", PAGE_BODY_BYTES)],
)
def test_spans_may_be_longer_than_forms(policy: DashboardPolicy, path: bytes, longest: int) -> None:
    assert policy.body_rule(path, []).longest == longest


def test_only_a_recording_to_import_goes_to_the_disk(policy: DashboardPolicy) -> None:
    assert policy.body_rule(IMPORT_PATH, []).on_disk
    assert not policy.body_rule(TRACES_PATH, []).on_disk


def test_a_recording_of_the_longest_size_fits_with_its_form(policy: DashboardPolicy) -> None:
    assert policy.body_rule(IMPORT_PATH, []).longest > ImportLimits().file_bytes


def test_a_viewer_who_would_import_is_refused_as_such() -> None:
    policy = DashboardPolicy(Access(Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")))
    rule = policy.body_rule(IMPORT_PATH, [])
    assert (rule.longest, rule.on_disk) == (PAGE_BODY_BYTES, False)
    refusal = rule.refuse()
    assert refusal.status == 403
    assert json.loads(refusal.body) == {"error": "Only the presenter may do this."}


def test_a_sender_of_spans_is_refused_in_its_own_encoding(policy: DashboardPolicy) -> None:
    rule = policy.body_rule(TRACES_PATH, [(b"content-type", b"application/x-protobuf")])
    refusal = rule.refuse()
    assert refusal.status == 413
    assert Status.FromString(refusal.body).message == f"too large: more than {rule.longest} bytes in one request"


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
