"""The two ports at which every OpenTelemetry SDK looks when nobody tells it where to send: 4318 and 4317.

https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-default-port and #otlphttp-default-port
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from dashboard.access.roles import Access
from dashboard.access.sending import why_refused
from dashboard.fleet.ports import why_taken
from dashboard.ingest.app import Ingest
from dashboard.server.daphne import PortTakenError, RequestPolicy, listen
from dashboard.server.policy import DashboardPolicy


class OtlpAddress(NamedTuple):
    """Where to listen besides the page's own port."""

    host: str
    http: int
    grpc: int


class OtlpPorts:
    """Both ports of one dashboard, opened on its running loop. One that is taken is named, and the rest runs."""

    def __init__(self, address: OtlpAddress, application: Any, ingest: Ingest, access: Access) -> None:
        self._address = address
        self._application = application
        self._ingest = ingest
        self._access = access
        self._receiver: Any = None

    async def open(self) -> list[str]:
        """Listen until the reactor ends. Return a line for each port."""
        host, http, grpc = self._address
        policy = DashboardPolicy(self._access, self._ingest)
        http_problem = why_taken(host, http) or _listen(self._application, host, http, policy)
        grpc_problem = why_taken(host, grpc) or await self._start_grpc()
        return [*_say("HTTP", http, http_problem), *_say("gRPC", grpc, grpc_problem)]

    async def close(self) -> None:
        """End what the reactor does not end."""
        if self._receiver:
            await self._receiver.stop()

    async def _start_grpc(self) -> str:
        # gRPC is large, and a dashboard without these ports has no use for it.
        from dashboard.ingest.grpc_receiver import GrpcReceiver

        receiver = GrpcReceiver(self._ingest, lambda scope: why_refused(self._access, scope))
        try:
            await receiver.start(self._address.host, self._address.grpc)
        except RuntimeError as error:
            return f"{error}."
        self._receiver = receiver
        return ""


def _listen(application: Any, host: str, port: int, policy: RequestPolicy) -> str:
    try:
        listen(application, host, port, policy)
    except PortTakenError as error:
        return f"{error}."
    return ""


def _say(protocol: str, port: int, problem: str) -> Iterator[str]:
    if problem:
        yield f"  No OTLP/{protocol} on {port}: {problem}"
    else:
        yield f"  OTLP/{protocol} on {port}"
