"""Why a request is not taken, as an exception: raised anywhere in ingest, answered in one place."""

from enum import IntEnum


class RpcCode(IntEnum):
    """The codes of google.rpc.Status that we use (google/rpc/code.proto in github.com/googleapis/googleapis)."""

    INVALID_ARGUMENT = 3
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    UNAVAILABLE = 14


RPC_CODES = {
    400: RpcCode.INVALID_ARGUMENT,
    405: RpcCode.UNIMPLEMENTED,
    413: RpcCode.RESOURCE_EXHAUSTED,
    415: RpcCode.INVALID_ARGUMENT,
    503: RpcCode.UNAVAILABLE,
}


class RefusedError(Exception):
    """The whole request is refused with an HTTP status; the message says what was expected and what came."""

    def __init__(self, status: int, message: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


class RejectedError(Exception):
    """One span is rejected and the rest of the request is taken (OTLP's partial success)."""


def malformed(what: str) -> RefusedError:
    """400: the sender must not try this body again."""
    return RefusedError(400, f"malformed: {what}")


def too_large(what: str) -> RefusedError:
    """413: the sender must send less at once."""
    return RefusedError(413, f"too large: {what}")
