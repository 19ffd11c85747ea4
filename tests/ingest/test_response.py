"""What a sender is answered: in its own encoding, and as JSON when that is unknown."""

import json

import pytest
from google.rpc.status_pb2 import Status

from dashboard.ingest import response
from dashboard.ingest.refusal import RequestRefusedError, RpcCode, too_large
from dashboard.ingest.response import Encoding, Receipt


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        ("application/json", Encoding.JSON),
        ("Application/JSON; charset=utf-8", Encoding.JSON),
        ("application/x-protobuf", Encoding.PROTOBUF),
        ("application/protobuf", None),
        ("", None),
    ],
)
def test_the_encoding_follows_from_the_content_type(content_type: str, encoding: Encoding | None) -> None:
    assert Encoding.from_content_type(content_type) is encoding


def test_a_full_success_is_an_empty_message() -> None:
    assert response.success(Encoding.PROTOBUF, Receipt()).body == b""
    assert response.success(Encoding.JSON, Receipt()).body == b"{}"


def test_a_refusal_keeps_its_status_its_code_and_its_headers() -> None:
    reason = RequestRefusedError(503, "busy", retry_after_s=1)
    reply = response.refusal(Encoding.PROTOBUF, reason)
    status = Status.FromString(reply.body)
    assert (reply.status, status.code, status.message) == (503, RpcCode.UNAVAILABLE, "busy")
    assert (b"retry-after", b"1") in reply.headers


def test_a_refusal_in_an_unknown_encoding_is_json() -> None:
    reply = response.refusal(None, too_large("a body"))
    assert (reply.status, json.loads(reply.body)) == (413, {"code": 8, "message": "too large: a body"})


def test_the_length_is_that_of_the_body() -> None:
    reply = response.error(403, "not allowed")
    assert dict(reply.headers)[b"content-length"] == b"%d" % len(reply.body)
    assert json.loads(reply.body) == {"error": "not allowed"}
