"""nginx in front: its server block for a plan, and what each setting in it is for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dashboard.advice.plan import Plan, PlannedServer
from dashboard.advice.questions import Answers
from dashboard.lib.template_file import render_file

TEMPLATE = Path(__file__).with_name("nginx.conf.tpl")
PATIENCE_S = 60
LIVE_PATIENCE = "1h"
LIVE_PATHS = {"websockets": "/ws/", "streams": "/events/"}
"""Paths of what stays open, by the answer `live`; a project may use others."""


@dataclass(frozen=True, slots=True)
class ProxySetting:
    """One setting of the proxy: its value and the reason."""

    name: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class _Upstream:
    """A server of the plan, as nginx addresses it."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class _Location:
    """A location of the server block; `kind` is "websockets", "streams" or "pages"."""

    kind: str
    path: str
    upstream: str
    patience: str


def live_paths(answers: Answers) -> list[tuple[str, str]]:
    """Return (kind, path) of what stays open: a project with WebSockets usually has streams, too."""
    kinds = {"none": [], "streams": ["streams"], "websockets": ["websockets", "streams"]}[answers.live]
    return [(kind, LIVE_PATHS[kind]) for kind in kinds]


def build_settings(answers: Answers, plan: Plan) -> tuple[ProxySetting, ...]:
    """Return the settings that matter in the proxy, whoever runs it, and the server's own timeout."""
    found = [
        ProxySetting(
            "proxy_buffering, proxy_request_buffering",
            "on, for pages",
            "The proxy buffers slow uploads, and responses for slow readers, so that a worker is free again sooner.",
        ),
        ProxySetting(
            "proxy_read_timeout",
            f"{PATIENCE_S} s, for pages",
            "After such a pause the client gets a 504, while the worker may carry on: begin to answer sooner.",
        ),
    ]
    if any(server.program == "gunicorn" for server in plan.servers):
        found.append(
            ProxySetting(
                "--timeout, of Gunicorn",
                "30 s, its default",
                "It watches the worker's main thread or event loop, not requests: a long request is answered, but a "
                "worker whose loop is blocked for longer is killed with all its connections.",
            )
        )
    return (*found, *_live_settings(dict(live_paths(answers)), own_nginx=answers.hosting != "platform"))


def _live_settings(paths: Mapping[str, str], *, own_nginx: bool) -> Iterator[ProxySetting]:
    if "websockets" in paths:
        upgrade = "These headers apply to one hop, so proxies drop them by default; without them the handshake fails."
        yield ProxySetting(f"Upgrade, Connection at {paths['websockets']}", "passed on", upgrade)
    if "streams" in paths:
        unbuffered = (
            "If nginx speaks HTTP/1.0 to the server, as older versions do by default, it collects events until its "
            "buffer is full. Off, they pass immediately with either version."
        )
        yield ProxySetting(f"proxy_buffering at {paths['streams']}", "off", unbuffered)
    if paths:
        silence = "A connection that is silent for longer is closed; a heartbeat every 30 s keeps it open."
        yield ProxySetting(f"proxy_read_timeout at {' and '.join(paths.values())}", LIVE_PATIENCE, silence)
    if paths and own_nginx:
        two = "Each open connection takes two of these: one to the client and one to the server."
        yield ProxySetting("worker_connections, in nginx.conf", "4096 or more", two)


def build_server_block(answers: Answers, plan: Plan) -> str:
    """Return a file for nginx's `http` context: upstreams and one server."""
    live = [
        _Location(kind, path, _upstream_name(answers, plan.live), LIVE_PATIENCE) for kind, path in live_paths(answers)
    ]
    pages = _Location("pages", "/", _upstream_name(answers, plan.pages), f"{PATIENCE_S}s")
    values = {
        "upstreams": [_upstream(answers, server) for server in plan.servers],
        "upgrade": answers.live == "websockets",
        # Headers set in a location replace all those set around it, so each location has the whole list.
        "locations": [*live, pages],
    }
    return render_file(TEMPLATE, values)


def _upstream(answers: Answers, server: PlannedServer) -> _Upstream:
    host = server.name if answers.hosting == "containers" else "127.0.0.1"
    return _Upstream(_upstream_name(answers, server), f"{host}:{server.port}")


def _upstream_name(answers: Answers, server: PlannedServer) -> str:
    return f"{answers.project}_{server.name}"
