"""What the receiver answers, in the encoding of the request (OTLP/HTTP, section "OTLP/HTTP Response")."""

import json
from dataclasses import dataclass
from enum import Enum

from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from dashboard.ingest.refusal import RPC_CODES, RequestRefusedError, RpcCode
from dashboard.traces.attributes import CODE_ID


class Encoding(Enum):
    """The two encodings of OTLP/HTTP, by media type."""

    PROTOBUF = "application/x-protobuf"
    JSON = "application/json"

    @classmethod
    def from_content_type(cls, content_type: str) -> "Encoding | None":
        """Return the encoding that a Content-Type header names; None for any other."""
        media_type = content_type.partition(";")[0].strip().lower()
        return next((encoding for encoding in cls if encoding.value == media_type), None)


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response: status, all its headers and its body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def success(encoding: Encoding, rejected: int, message: str, missing_texts: int = 0) -> Response:
    """Return 200: empty for a full success; for a partial one, the rejected spans counted and the first reason.

    Spans whose source text is not known here are accepted, with a warning that makes our own probes send it again.
    """
    if missing_texts:
        warning = f"{missing_texts} spans name a {CODE_ID} whose text is not known here"
        message = f"{message}; {warning}" if message else warning
    if not (rejected or missing_texts):
        return _respond(200, encoding, b"" if encoding is Encoding.PROTOBUF else b"{}")
    if encoding is Encoding.PROTOBUF:
        response = ExportTraceServiceResponse()
        response.partial_success.rejected_spans = rejected
        response.partial_success.error_message = message
        return _respond(200, encoding, response.SerializeToString())
    # An int64 is a string in protobuf's JSON.
    partial = {"partialSuccess": {"rejectedSpans": str(rejected), "errorMessage": message}}
    return _respond(200, encoding, json.dumps(partial).encode())


def refusal(encoding: Encoding | None, reason: RequestRefusedError) -> Response:
    """Return the error as google.rpc.Status; as JSON if the request's encoding is unknown."""
    code = RPC_CODES.get(reason.status, RpcCode.INVALID_ARGUMENT)
    if encoding is Encoding.PROTOBUF:
        body = Status(code=code, message=reason.message).SerializeToString()
    else:
        body = json.dumps({"code": int(code), "message": reason.message}).encode()
    return _respond(reason.status, encoding or Encoding.JSON, body, reason.headers)


def error(status: int, message: str) -> Response:
    """Return an error as plain JSON, for clients that do not speak OTLP."""
    return _respond(status, Encoding.JSON, json.dumps({"error": message}).encode())


def _respond(status: int, encoding: Encoding, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Response:
    own = ((b"content-type", encoding.value.encode()), (b"content-length", b"%d" % len(body)))
    return Response(status, own + headers, body)
