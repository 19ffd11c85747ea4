"""What the receiver answers, in the encoding of the request (OTLP/HTTP, section "OTLP/HTTP Response")."""

import json
from dataclasses import dataclass
from enum import Enum

from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from dashboard.ingest.refusal import RequestRefusedError
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a request that was taken: rejected spans counted, and the first reason.

    Spans whose source text is not known here are accepted, with a warning that makes our own probes send it again.
    """

    rejected: int = 0
    reason: str = ""
    missing_texts: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing to tell the sender."""
        return not (self.rejected or self.missing_texts)

    @property
    def message(self) -> str:
        """The sentence for the sender."""
        warning = f"{self.missing_texts} spans name a {CODE_ID} whose text is not known here"
        return "; ".join(filter(None, (self.reason, warning if self.missing_texts else "")))

    def encode(self) -> bytes:
        """Return an Export*ServiceResponse: empty for a full success, which is the same for each signal."""
        if self.is_whole:
            return b""
        response = ExportTraceServiceResponse()
        response.partial_success.rejected_spans = self.rejected
        response.partial_success.error_message = self.message
        return response.SerializeToString()

    def encode_json(self) -> bytes:
        """Return the same as OTLP/JSON."""
        if self.is_whole:
            return b"{}"
        # An int64 is a string in protobuf's JSON.
        partial = {"rejectedSpans": str(self.rejected), "errorMessage": self.message}
        return json.dumps({"partialSuccess": partial}).encode()


def success(encoding: Encoding, receipt: Receipt) -> Response:
    """Return 200 with the receipt."""
    body = receipt.encode() if encoding is Encoding.PROTOBUF else receipt.encode_json()
    return _respond(200, encoding, body)


def refusal(encoding: Encoding | None, reason: RequestRefusedError) -> Response:
    """Return the error as google.rpc.Status; as JSON if the request's encoding is unknown."""
    if encoding is Encoding.PROTOBUF:
        body = Status(code=reason.code, message=reason.message).SerializeToString()
    else:
        body = json.dumps({"code": int(reason.code), "message": reason.message}).encode()
    return _respond(reason.status, encoding or Encoding.JSON, body, reason.headers)


def error(status: int, message: str) -> Response:
    """Return an error as plain JSON, for clients that do not speak OTLP."""
    return _respond(status, Encoding.JSON, json.dumps({"error": message}).encode())


def _respond(status: int, encoding: Encoding, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Response:
    own = ((b"content-type", encoding.value.encode()), (b"content-length", b"%d" % len(body)))
    return Response(status, own + headers, body)
