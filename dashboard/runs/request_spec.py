"""What to send to a server: one request of an order. Pure."""

from dataclasses import dataclass

from dashboard.runs.orders import WEBSOCKET, Order
from dashboard.runs.target import Target


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """What to send: one request of a run, to one server."""

    order: Order
    run_id: str
    server: str
    index: int
    target: Target

    @property
    def peer(self) -> str:
        """The peer, as named in error messages."""
        return f"nginx in front of {self.server}" if self.order.via else self.server

    @property
    def body_bytes(self) -> int:
        """The size of the body to POST; 0 makes it a GET."""
        return self.order.kind.body_bytes

    @property
    def method(self) -> str:
        """The request's method."""
        return "POST" if self.body_bytes else "GET"

    @property
    def path(self) -> str:
        """Path and query."""
        return self.order.path

    @property
    def is_websocket(self) -> bool:
        """Whether it opens a WebSocket."""
        return self.order.protocol == WEBSOCKET

    @property
    def url(self) -> str:
        """The URL as a browser would show it."""
        scheme = self.target.scheme.replace("http", "ws") if self.is_websocket else self.target.scheme
        return f"{scheme}://{self.target.asked_host}{self.path}"
