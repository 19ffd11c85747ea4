"""nginx in front: its server block for a plan, and what each setting in it is for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dashboard.advice.plan import Plan, Server
from dashboard.advice.questions import Answers

PATIENCE_S = 60
LIVE_PATIENCE = "1h"
LIVE_PATHS = {"websockets": "/ws/", "streams": "/events/"}
"""Where what stays open is expected, by the answer `live`; a project may have other paths."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the proxy: what it is set to and why."""

    name: str
    value: str
    why: str


def live_paths(answers: Answers) -> list[tuple[str, str]]:
    """(kind, path) of what stays open: with WebSockets usually come streams."""
    kinds = {"none": [], "streams": ["streams"], "websockets": ["websockets", "streams"]}[answers.live]
    return [(kind, LIVE_PATHS[kind]) for kind in kinds]


def settings(answers: Answers, plan: Plan) -> tuple[Setting, ...]:
    """What matters in the proxy, whoever runs it, and the server's own patience."""
    found = [
        Setting(
            "proxy_buffering, proxy_request_buffering",
            "on, for pages",
            "The proxy takes in a slow upload and keeps an answer for a slow reader, so that a worker is free again.",
        ),
        Setting(
            "proxy_read_timeout",
            f"{PATIENCE_S} s, for pages",
            "After that the client gets a 504, while the worker may go on: keep a page's work below it.",
        ),
    ]
    if any(server.program == "gunicorn" for server in plan.servers):
        found.append(
            Setting(
                "--timeout, of Gunicorn",
                "30 s, its default",
                "It watches the worker's main thread or event loop, not requests: a long request is answered, but a "
                "worker whose loop is blocked for longer is killed with all that it holds.",
            )
        )
    return (*found, *_live_settings(dict(live_paths(answers)), own_nginx=answers.hosting != "platform"))


def _live_settings(paths: Mapping[str, str], *, own_nginx: bool) -> Iterator[Setting]:
    if "websockets" in paths:
        upgrade = (
            "These headers apply to one hop, so a proxy drops them by default; without them the handshake fails."
        )
        yield Setting(f"Upgrade, Connection at {paths['websockets']}", "passed on", upgrade)
    if "streams" in paths:
        unbuffered = (
            "Where nginx speaks HTTP/1.0 to the server, the default of its older versions, it collects events until "
            "its buffer is full. Off, they pass at once with either version."
        )
        yield Setting(f"proxy_buffering at {paths['streams']}", "off", unbuffered)
    if paths:
        silence = "A connection that is silent for longer is closed; a heartbeat every 30 s keeps it open."
        yield Setting(f"proxy_read_timeout at {' and '.join(paths.values())}", LIVE_PATIENCE, silence)
    if paths and own_nginx:
        two = "Each open connection takes two of these, one to the client and one to the server."
        yield Setting("worker_connections, in nginx.conf", "4096 or more", two)


def server_block(answers: Answers, plan: Plan) -> str:
    """A file for nginx's `http` context: upstreams and one server."""
    live = live_paths(answers)
    upgraded = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n\n"
    locations = [_location(path, answers, plan.live, _live_lines(kind)) for kind, path in live]
    locations.append(_location("/", answers, plan.pages, [f"proxy_read_timeout {PATIENCE_S}s;"]))
    return (
        "".join(_upstream(answers, server) for server in plan.servers)
        + "\n"
        + (upgraded if answers.live == "websockets" else "")
        + "server {\n    listen 80;\n    server_name example.com;\n    client_max_body_size 10m;\n"
        + "".join(locations)
        + "}\n"
    )


def _upstream(answers: Answers, server: Server) -> str:
    host = server.name if answers.hosting == "containers" else "127.0.0.1"
    return f"upstream {answers.project}_{server.name} {{ server {host}:{server.port}; }}\n"


def _location(path: str, answers: Answers, server: Server, lines: list[str]) -> str:
    # Headers that are set in a location take the place of all that are set around it, so each has the whole list.
    every = [
        f"proxy_pass http://{answers.project}_{server.name};",
        "proxy_http_version 1.1;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
    ]
    body = "\n".join(f"        {line}" for line in [*every, *lines])
    return f"\n    location {path} {{\n{body}\n    }}\n"


def _live_lines(kind: str) -> list[str]:
    if kind == "streams":
        return ["proxy_buffering off;", f"proxy_read_timeout {LIVE_PATIENCE};"]
    return [
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
        f"proxy_read_timeout {LIVE_PATIENCE};",
    ]
