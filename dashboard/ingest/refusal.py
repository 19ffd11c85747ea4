"""Why a request is refused or a span rejected: raised anywhere in ingest, answered in one place."""

from enum import IntEnum


class RpcCode(IntEnum):
    """The codes of google.rpc.Status that we use (google/rpc/code.proto in github.com/googleapis/googleapis)."""

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    UNAVAILABLE = 14


RPC_CODES = {
    400: RpcCode.INVALID_ARGUMENT,
    403: RpcCode.PERMISSION_DENIED,
    404: RpcCode.UNIMPLEMENTED,
    405: RpcCode.UNIMPLEMENTED,
    408: RpcCode.DEADLINE_EXCEEDED,
    413: RpcCode.RESOURCE_EXHAUSTED,
    415: RpcCode.INVALID_ARGUMENT,
    503: RpcCode.UNAVAILABLE,
}


class RequestRefusedError(Exception):
    """The whole request is refused with an HTTP status; the message says what was expected and what was received."""

    def __init__(
        self, status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = (), *, retry_after_s: int = 0
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = (*headers, (b"retry-after", b"%d" % retry_after_s)) if retry_after_s else headers
        self.retry_after_s = retry_after_s
        """When to send the same again; 0 for never."""

    @property
    def code(self) -> RpcCode:
        """The same as a code of gRPC."""
        return RPC_CODES.get(self.status, RpcCode.INVALID_ARGUMENT)


class SpanRejectedError(Exception):
    """One span is rejected and the rest of the request is accepted (OTLP's partial success)."""


def malformed(what: str) -> RequestRefusedError:
    """Return a 400: the sender must not retry with this body."""
    return RequestRefusedError(400, f"malformed: {what}")


def too_large(what: str) -> RequestRefusedError:
    """Return a 413: the sender must send less at once."""
    return RequestRefusedError(413, f"too large: {what}")


def overloaded(retry_after_s: int) -> RequestRefusedError:
    """Return a 503: the sender should send the same again, but not at once."""
    return RequestRefusedError(503, "too much is waiting to be read", retry_after_s=retry_after_s)
