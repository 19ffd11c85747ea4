"""nginx in front of every server: its configuration, one server block for each way and server.

No path stands in it, and none on the command line: nginx runs in its folder, so no name of a folder can break it.
"""

import resource
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Self

from dashboard.fleet import certificate
from dashboard.fleet.entry import ServerEntry
from dashboard.fleet.nginx.access_log import FIELDS, TAG
from dashboard.fleet.nginx.routes import LIVE_PATHS, ROUTES, ProxyRoute

INSTALL = "apt-get install nginx"
CONFIGURATION = "nginx.conf"
MOST_CONNECTIONS = 4096
SPARE_FILES = 64
LARGEST_BODY = "16m"
LOOPBACK = "127.0.0.1"
NAMES_LAST_S = 5
"""How long an address that was looked up counts: a container that is started again may have another one."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A server behind nginx, and the protocol that nginx speaks with it."""

    name: str
    port: int
    protocol: Literal["http", "uwsgi"] = "http"
    host: str = LOOPBACK

    @classmethod
    def of(cls, entry: ServerEntry, host: str, port: int) -> Self:
        """A server of the table that listens on `port` of `host`."""
        if entry.speaks_uwsgi:
            return cls(entry.name, entry.ports_from(port)[1], "uwsgi", host)
        return cls(entry.name, port, host=host)


@dataclass(frozen=True, slots=True)
class NginxContext:
    """Where nginx stands: its ports of HTTP and of TLS, what is behind it, and who is told what it measured."""

    ports: Sequence[int]
    upstreams: Sequence[Upstream]
    logs: Sequence[str]
    """HOST:PORT of each who gets its logs, by UDP. Names are looked up once, when nginx starts."""
    host: str = LOOPBACK
    """The address that it listens on."""
    resolvers: Sequence[str] = ()
    """Who is asked for the addresses of the upstreams' hosts, every few seconds; nobody where these are numbers."""


def lay_out(folder: Path, context: NginxContext) -> None:
    """Write configuration and certificate into `folder`. Raises OSError."""
    certificate.ensure(folder, [route.host("*") for route in ROUTES.values() if route.tls])
    (folder / CONFIGURATION).write_text(configuration(context))


def configuration(context: NginxContext) -> str:
    """nginx's configuration, where it stands."""
    http, tls = (f"{context.host}:{port}" for port in context.ports)
    by_name = {upstream.name: upstream for upstream in context.upstreams}
    blocks = "\n".join(
        _server(way, upstream, by_name.get(way.live_server), tls if way.tls else http)
        for way in ROUTES.values()
        for upstream in context.upstreams
    )
    return f"""\
# Made by Gatescope at each start; changes are lost.
daemon off;
# One process: with a master nginx writes titles over its environment, by which its supervisor finds it.
master_process off;
pid nginx.pid;
# With notices, so that its version stands in the log.
error_log stderr notice;
events {{ worker_connections {_connections()}; }}

http {{
{_names_and_logs(context)}

    client_body_temp_path body;
    proxy_temp_path proxy;
    uwsgi_temp_path uwsgi;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
    client_max_body_size {LARGEST_BODY};
    server_names_hash_bucket_size 128;
    server_names_hash_max_size 2048;
    ssl_certificate {certificate.CERTIFICATE};
    ssl_certificate_key {certificate.KEY};

    # Without an upgrade each request has a connection of its own, as the servers are used to.
    map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}

    server {{
        listen {http} default_server;
        listen {tls} ssl http2 default_server;
        access_log off;
        return 404 "Nothing stands behind this name: expected SERVER.localhost, such as uvicorn.localhost.\\n";
    }}
{blocks}
}}
"""


def _connections() -> int:
    """As many as the system lets a process have; a request through nginx takes two."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files < 0 else max(SPARE_FILES, min(MOST_CONNECTIONS, files - SPARE_FILES))


def _names_and_logs(context: NginxContext) -> str:
    fields = ",".join(f'"{name}":"${variable}"' for name, variable in FIELDS.items())
    lines = [
        *([f"resolver {' '.join(context.resolvers)} valid={NAMES_LAST_S}s;"] if context.resolvers else []),
        f"log_format passage escape=json '{{{fields}}}';",
        *([] if context.logs else ["access_log off;"]),
        *(f"access_log {_syslog(log)} passage;" for log in context.logs),
        # Only here nginx says that a server did not finish an answer.
        "error_log stderr notice;",
        *(f"error_log {_syslog(log)} error;" for log in context.logs),
    ]
    return "\n".join(f"    {line}" for line in lines)


def _syslog(log: str) -> str:
    return f"syslog:server={log},nohostname,tag={TAG}"


def _server(way: ProxyRoute, upstream: Upstream, live: Upstream | None, address: str) -> str:
    # What lives long is handed on at once; the rest is the way's own.
    live_way = replace(way, buffered=False)
    streams = _location(f"~ ^/({'|'.join(LIVE_PATHS)})/", live_way, live) if live else ""
    return f"""
    server {{
        listen {address};
        server_name {way.host(upstream.name)};
        set $gatescope_way {way.name};{streams}{_location("/", way, upstream)}
    }}"""


def _location(paths: str, way: ProxyRoute, upstream: Upstream) -> str:
    lines = _uwsgi(way) if upstream.protocol == "uwsgi" else _http(way)
    body = "\n".join(f"            {line}" for line in lines)
    return f"""
        location {paths} {{
            set $gatescope_server {upstream.name};
            set $gatescope_upstream {upstream.host}:{upstream.port};
{body}
        }}"""


def render_location(way: ProxyRoute) -> str:
    """What nginx is told of a way to a server that speaks HTTP, for people to read: the same lines as in its file."""
    lines = "\n".join(f"    {line}" for line in _http(way))
    return f"location / {{\n{lines}\n}}"


def _http(way: ProxyRoute) -> list[str]:
    upgrade = ["proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection $connection_upgrade;"]
    return [
        "proxy_pass http://$gatescope_upstream;",
        f"proxy_http_version {way.http_version};",
        *(upgrade if way.upgrade else ["proxy_set_header Connection close;"]),
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Request-Start t=${msec};",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        *_settings("proxy", way),
    ]


def _uwsgi(way: ProxyRoute) -> list[str]:
    parameters = {
        "QUERY_STRING": "$query_string",
        "REQUEST_METHOD": "$request_method",
        "CONTENT_TYPE": "$content_type",
        "CONTENT_LENGTH": "$content_length",
        "REQUEST_URI": "$request_uri",
        "PATH_INFO": "$document_uri",
        "SERVER_PROTOCOL": "$server_protocol",
        "REQUEST_SCHEME": "$scheme",
        "HTTPS": "$https if_not_empty",
        "REMOTE_ADDR": "$remote_addr",
        "REMOTE_PORT": "$remote_port",
        "SERVER_NAME": "$server_name",
        "SERVER_PORT": "$server_port",
        "HTTP_X_REQUEST_START": "t=${msec}",
        "HTTP_X_FORWARDED_FOR": "$proxy_add_x_forwarded_for",
        "HTTP_X_FORWARDED_PROTO": "$scheme",
    }
    return [
        "uwsgi_pass $gatescope_upstream;",
        *(f"uwsgi_param {name} {value};" for name, value in parameters.items()),
        *_settings("uwsgi", way),
    ]


def _settings(module: str, way: ProxyRoute) -> list[str]:
    """What nginx's modules for HTTP and for uWSGI call alike."""
    unbuffered = [f"{module}_buffering off;", f"{module}_request_buffering off;"]
    return [
        f"{module}_read_timeout {way.patience_s}s;",
        f"{module}_send_timeout {way.patience_s}s;",
        *([] if way.buffered else unbuffered),
    ]
