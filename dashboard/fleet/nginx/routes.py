"""The routes through nginx to a server: each shows what one setting of a proxy does to requests.

A route is chosen by the Host name alone, such as `uvicorn.http10.localhost`; names below localhost are this machine.
"""

from dataclasses import dataclass

PATIENCE_S = 900
"""How long nginx waits for a server unless the route says otherwise: longer than the longest lesson."""

LIVE_PATHS = ("ws", "live", "notifications")
"""First segments of the paths whose connections stay open: in a hybrid deployment an ASGI server gets them."""


@dataclass(frozen=True, slots=True)
class ProxyRoute:
    """One route. `label` is the part of the Host name between the server and `localhost`; one route has none."""

    name: str
    title: str
    about: str
    label: str
    tls: bool = False
    """Whether the client speaks HTTP/2 over TLS with nginx."""
    http_version: str = "1.1"
    """What nginx speaks with the server."""
    upgrade: bool = True
    """Whether nginx passes on the two headers by which a connection becomes a WebSocket."""
    buffered: bool = True
    """Whether nginx buffers a whole request, and as much as it can of an answer, before it passes them on."""
    patience_s: int = PATIENCE_S
    """How long nginx waits for the next bytes of an answer, in seconds."""
    live_server: str = ""
    """The server that gets the paths of `LIVE_PATHS`; empty when all go to the same one."""

    def host(self, server: str) -> str:
        """Return the Host name that leads along this route to a server; host names have no underscores (RFC 952)."""
        return ".".join(filter(None, (server.replace("_", "-"), self.label, "localhost")))

    def url(self, server: str, ports: tuple[int, ...]) -> str:
        """Return the URL of a server along this route; `ports` are nginx's, that for HTTP and that for TLS."""
        scheme, port = ("https", ports[1]) if self.tls else ("http", ports[0])
        return f"{scheme}://{self.host(server)}:{port}"


ROUTES: dict[str, ProxyRoute] = {
    route.name: route
    for route in (
        ProxyRoute("nginx", "nginx", "Set up as it should be: HTTP/1.1, buffers, and WebSockets let through.", ""),
        ProxyRoute(
            "nginx-no-upgrade",
            "nginx, no upgrade",
            "Without the two headers that a WebSocket needs.",
            "no-upgrade",
            upgrade=False,
        ),
        ProxyRoute(
            "nginx-http10",
            "nginx, HTTP/1.0",
            "Speaks HTTP/1.0 with the server, as nginx does by default.",
            "http10",
            http_version="1.0",
            upgrade=False,
        ),
        ProxyRoute(
            "nginx-unbuffered",
            "nginx, no buffers",
            "Hands every byte on at once, in both directions.",
            "unbuffered",
            buffered=False,
        ),
        ProxyRoute(
            "nginx-impatient",
            "nginx, 1 s patience",
            "Gives up on a server that sends nothing for a second.",
            "impatient",
            patience_s=1,
        ),
        ProxyRoute(
            "nginx-hybrid",
            "nginx, hybrid",
            "Sends WebSockets and event streams to Uvicorn, and all else to the server.",
            "hybrid",
            live_server="uvicorn",
        ),
        ProxyRoute(
            "nginx-h2", "nginx, HTTP/2", "HTTP/2 over TLS to the client, HTTP/1.1 to the server.", "h2", tls=True
        ),
    )
}
