"""`manage.py fire SERVER SCENARIO`: asks a running dashboard to fire, waits and prints what was measured."""

import json
import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.cli.api_client import DEFAULT_URL, Dashboard, RefusedError, dashboard_at

LOOK_EVERY_S = 0.1
REFUSED = 2


class Command(BaseCommand):
    """The terminal's Fire button."""

    help = "Fire requests at a server of the running dashboard and print what was measured."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Everything is checked by the dashboard, which knows its servers and scenarios."""
        parser.add_argument("server", help="a server of the fleet, such as uvicorn")
        parser.add_argument("scenario", help="a scenario, such as wait-async")
        parser.add_argument("--count", default="1", help="how many requests (default 1)")
        parser.add_argument("--concurrency", default="", help="how many at once (default: all of them)")
        parser.add_argument("--seconds", default="", help="the scenario's time knob, in seconds")
        parser.add_argument("--protocol", default="", help="the version of HTTP: 1.1 (default) or 2")
        parser.add_argument("--leave", default="", help="the client leaves after so many seconds")
        parser.add_argument("--via", default="", help="a proxy in front, such as nginx")
        parser.add_argument("--url", default=DEFAULT_URL, help=f"the dashboard (default {DEFAULT_URL})")
        parser.add_argument("--json", action="store_true", help="print the run as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 when the run ended, 2 when it was refused or the dashboard does not answer."""
        names = ("server", "scenario", "count", "concurrency", "seconds", "protocol", "leave", "via")
        # Bytes of the command line that are no text would not fit into a form.
        fields = {name: options[name].encode("utf-8", "replace").decode() for name in names}
        try:
            run, notice = _fire(options["url"], fields)
        except RefusedError as error:
            if not options["json"]:
                raise CommandError(str(error), returncode=REFUSED) from error
            self.stdout.write(json.dumps({"error": str(error)}))
            raise SystemExit(REFUSED) from error
        if notice:
            self.stderr.write(notice)
        self.stdout.write(json.dumps(run, indent=2) if options["json"] else _table(run))


def _fire(url: str, fields: dict[str, str]) -> tuple[dict[str, Any], str]:
    """The finished run, and what the dashboard says does not work as configured. Raises RefusedError."""
    with dashboard_at(url) as dashboard:
        run = _followed(dashboard, dashboard.post("/runs", fields))
        return run, str(dashboard.get("/healthz")["notice"])


def _followed(dashboard: Dashboard, run: dict[str, Any]) -> dict[str, Any]:
    """The run as it ended. Ctrl-C stops it on the dashboard, too, so that nobody has to wait for it."""
    try:
        while run["state"] != "done":
            time.sleep(LOOK_EVERY_S)
            run = dashboard.get(f"/runs/{run['id']}")
    except KeyboardInterrupt:
        dashboard.post(f"/runs/{run['id']}/stop")
        raise
    return run


def _table(run: dict[str, Any]) -> str:
    """The run in lines for people."""
    title = f"{run['scenario']}: {run['count']} requests, {run['concurrency']} at once. {run['note']}"
    lines = [title.rstrip()]
    for name, server in run["servers"].items():
        lines += _server_lines(name, server, run["protocol"])
    return "\n".join(lines)


def _server_lines(name: str, server: dict[str, Any], protocol: str) -> list[str]:
    work, who = ("session", "consumers") if protocol == "websocket" else ("view", "view")
    times = ", ".join(
        f"{word} {_s(server[key])}"
        for word, key in {
            "first": "first_s",
            "last": "last_s",
            "wall": "wall_s",
            "longest wait": "waiting_s",
            work: "view_s",
            "largest gap": "largest_gap_s",
            "first to last phone": "heard_spread_s",
        }.items()
        if key not in {"largest_gap_s", "heard_spread_s"} or server[key] is not None
    )
    # 0 where nobody outside can tell: an ASGI application without Django's stages.
    threads = server["threads"] or "unknown"
    return [
        "",
        f"{name}: {times}",
        f"{server['processes']} process(es), {threads} thread(s) ran the {who}, {server['errors']} error(s)",
        f"   #  status     total     queue {work:>9}  unaccounted  where",
        *(line for request in server["requests"] for line in (_request_line(request), *_notes(request))),
    ]


def _request_line(request: dict[str, Any]) -> str:
    times = [_s(request[key]).rjust(9) for key in ("total_s", "queue_s", "view_s")]
    where = f"pid {request['pid']} {request['thread'] or ''}".rstrip() if request["pid"] else ""
    status = str(request["status"] or "–")
    unaccounted = _s(request["unaccounted_s"])
    line = f"{request['index']:>4}  {status:>6} {' '.join(times)} {unaccounted:>12}  {where} {request['error']}"
    return line.rstrip()


def _notes(request: dict[str, Any]) -> Iterator[str]:
    """What is worth a line of its own: when the pieces of a stream came, what was done for a client that had left."""
    if len(request["chunks_s"]) > 1:
        yield "      chunks at " + ", ".join(f"{seconds:.2f}" for seconds in request["chunks_s"]) + " s"
    if request["heard_s"] is not None:
        yield f"      heard at {request['heard_s']:.4f} s" + (", the slow phone" if request["slow"] else "")
    if request["steps_after"] is not None:
        yield f"      {request['steps_after']} step(s) after the client had left"


def _s(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.3f} s"
