"""nginx in front of every server: its configuration, one server block for each route and server.

No path is in it, and none on the command line: nginx runs in its folder, so no name of a folder can break it.
"""

import resource
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import indent
from typing import Literal, Self

from dashboard.fleet import certificate
from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.nginx.access_log import FIELDS, TAG
from dashboard.fleet.nginx.routes import LIVE_PATHS, ROUTES, ProxyRoute
from dashboard.lib.private_file import write_private
from dashboard.lib.template_file import render_file

Protocol = Literal["http", "uwsgi"]

INSTALL = "apt-get install nginx"
CONFIGURATION = "nginx.conf"
TEMPLATE = Path(__file__).with_name("nginx.conf.tpl")
LOCATION_TEMPLATES: dict[Protocol, Path] = {
    "http": Path(__file__).with_name("http_location.conf.tpl"),
    "uwsgi": Path(__file__).with_name("uwsgi_location.conf.tpl"),
}
MOST_CONNECTIONS = 4096
SPARE_FILES = 64
LARGEST_BODY = "16m"
LOOPBACK = "127.0.0.1"
NAMES_LAST_S = 5
"""How long a resolved address is used: a container that is started again may have another one."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A server behind nginx, and the protocol that nginx speaks with it."""

    name: str
    port: int
    protocol: Protocol = "http"
    host: str = LOOPBACK

    @classmethod
    def of(cls, entry: ServerEntry, host: str, port: int) -> Self:
        """Return a server of the table that listens on `port` of `host`."""
        if entry.speaks_uwsgi:
            return cls(entry.name, entry.ports_from(port)[1], "uwsgi", host)
        return cls(entry.name, port, host=host)


@dataclass(frozen=True, slots=True)
class NginxContext:
    """What surrounds an nginx: its ports for HTTP and TLS, what is behind it, and who gets its logs."""

    ports: Sequence[int]
    upstreams: Sequence[Upstream]
    logs: Sequence[str]
    """HOST:PORT of every receiver of its logs, by UDP. Names are resolved once, when nginx starts."""
    host: str = LOOPBACK
    """The address that it listens on."""
    resolvers: Sequence[str] = ()
    """Name servers for the hosts of the upstreams, asked every few seconds; none where these are numbers."""


@dataclass(frozen=True, slots=True)
class Location:
    """A location block: which paths go to which upstream, and the settings by which they do."""

    paths: str
    upstream: Upstream
    settings: str


@dataclass(frozen=True, slots=True)
class ServerBlock:
    """A server block: one route to one server."""

    address: str
    host: str
    route: str
    locations: tuple[Location, ...]


def write_configuration(folder: Path, context: NginxContext) -> None:
    """Write configuration and certificate into `folder`. Raises OSError."""
    certificate.ensure(folder, [route.host("*") for route in ROUTES.values() if route.tls])
    write_private(folder / CONFIGURATION, render_configuration(context).encode())


def render_configuration(context: NginxContext) -> str:
    """Return nginx's configuration in this context."""
    http, tls = (f"{context.host}:{port}" for port in context.ports)
    line = ",".join(f'"{name}":"${variable}"' for name, variable in FIELDS.items())
    values = {
        "connections": _connections(),
        "resolvers": context.resolvers,
        "names_last_s": NAMES_LAST_S,
        "log_line": f"{{{line}}}",
        "logs": [f"syslog:server={log},nohostname,tag={TAG}" for log in context.logs],
        "largest_body": LARGEST_BODY,
        "certificate": certificate.CERTIFICATE,
        "key": certificate.KEY,
        "http": http,
        "tls": tls,
        "servers": list(_server_blocks(context.upstreams, http, tls)),
    }
    return render_file(TEMPLATE, values)


def render_location(route: ProxyRoute) -> str:
    """Return what nginx is told of a route to a server that speaks HTTP, for people to read: lines of its file."""
    return f"location / {{\n{indent(_settings(route, 'http'), '    ')}}}"


def _connections() -> int:
    """Return as many as the system lets a process have; a request through nginx takes two."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files < 0 else max(SPARE_FILES, min(MOST_CONNECTIONS, files - SPARE_FILES))


def _server_blocks(upstreams: Sequence[Upstream], http: str, tls: str) -> Iterator[ServerBlock]:
    by_name = {upstream.name: upstream for upstream in upstreams}
    for route in ROUTES.values():
        live = by_name.get(route.live_server)
        for upstream in upstreams:
            locations = tuple(_locations(route, upstream, live))
            yield ServerBlock(tls if route.tls else http, route.host(upstream.name), route.name, locations)


def _locations(route: ProxyRoute, upstream: Upstream, live: Upstream | None) -> Iterator[Location]:
    if live:
        # What stays open is passed on at once; all else is as the route says.
        yield _location(f"~ ^/({'|'.join(LIVE_PATHS)})/", replace(route, buffered=False), live)
    yield _location("/", route, upstream)


def _location(paths: str, route: ProxyRoute, upstream: Upstream) -> Location:
    return Location(paths, upstream, indent(_settings(route, upstream.protocol), 12 * " "))


def _settings(route: ProxyRoute, protocol: Protocol) -> str:
    return render_file(LOCATION_TEMPLATES[protocol], {"route": route}).rstrip() + "\n"
