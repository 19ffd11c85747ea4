"""`manage.py fire SERVER SCENARIO`: asks a running dashboard to fire, waits and prints what was measured."""

import json
import time
from collections.abc import Iterator
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError, CommandParser

from dashboard.cli.address import usual_url
from dashboard.cli.api_client import Dashboard, RefusedError, dashboard_at
from dashboard.lib.differences import format_duration_difference, format_rate, format_rate_difference
from dashboard.lib.durations import format_duration
from dashboard.lib.printable import printable_lines
from dashboard.runs.orders import FIELDS
from dashboard.runs.results import Comparison, RequestResult, RunResult, ServerResult
from dashboard.types import JsonObject

POLL_EVERY_S = 0.1
REFUSED = 2


class Command(BaseCommand):
    """The terminal's Fire button."""

    help = "Fire requests at a server of the running dashboard and print what was measured."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the fields of an order; the dashboard checks them, since it knows its servers and scenarios."""
        parser.add_argument("server", help="a server of the fleet, such as uvicorn")
        parser.add_argument("scenario", help="a scenario, such as wait-async")
        parser.add_argument("--count", default="1", help="how many requests (default 1)")
        parser.add_argument("--concurrency", default="", help="how many at once (default: all of them)")
        parser.add_argument("--seconds", default="", help="the scenario's time knob, in seconds")
        parser.add_argument("--protocol", default="", help="the version of HTTP: 1.1 (default) or 2")
        parser.add_argument("--leave", default="", help="the client leaves after so many seconds")
        parser.add_argument("--via", default="", help="a proxy in front, such as nginx")
        parser.add_argument(
            "--uninstrumented",
            action="store_const",
            const="on",
            default="",
            help="fire the same at a second process without the instrument, and compare",
        )
        parser.add_argument("--url", default=usual_url(), help=f"the dashboard (default {usual_url()})")
        parser.add_argument("--json", action="store_true", help="print the run as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 0 when the run ended, with 2 when it was refused or the dashboard does not answer."""
        # Bytes of the command line that are not text would not fit into a form.
        fields = {name: options[name].encode("utf-8", "replace").decode() for name in ("server", *FIELDS)}
        try:
            run, notice = _fire(options["url"], fields)
        except RefusedError as error:
            if not options["json"]:
                raise CommandError(str(error), returncode=REFUSED) from error
            self.stdout.write(json.dumps({"error": str(error)}))
            raise SystemExit(REFUSED) from error
        if notice:
            self.stderr.write(printable_lines(notice))
        self.stdout.write(
            json.dumps(msgspec.to_builtins(run), indent=2) if options["json"] else printable_lines(_table(run))
        )


def _fire(url: str, fields: dict[str, str]) -> tuple[RunResult, str]:
    """Return the finished run, and what the dashboard says does not work as configured. Raise RefusedError."""
    with dashboard_at(url) as dashboard:
        run = _follow(dashboard, _read(dashboard.post("/runs", fields)))
        return run, str(dashboard.get("/healthz")["notice"])


def _follow(dashboard: Dashboard, run: RunResult) -> RunResult:
    """Return the run as it ended. Ctrl-C also stops it on the dashboard, so that nobody has to wait for it."""
    try:
        while run.state != "done":
            time.sleep(POLL_EVERY_S)
            run = _read(dashboard.get(f"/runs/{run.id}"))
    except KeyboardInterrupt:
        dashboard.post(f"/runs/{run.id}/stop")
        raise
    return run


def _read(data: JsonObject) -> RunResult:
    try:
        return msgspec.convert(data, RunResult)
    except msgspec.ValidationError as error:
        raise RefusedError(f"The dashboard is of another version than this command ({error}).") from error


def _table(run: RunResult) -> str:
    """Return the run in lines for people."""
    requests = "1 request" if run.count == 1 else f"{run.count} requests"
    title = f"{run.scenario}: {requests}, {run.concurrency} at once. {run.note}"
    lines = [title.rstrip()]
    for name, server in run.servers.items():
        lines += _server_lines(name, server, run.protocol)
    return "\n".join(lines)


def _server_lines(name: str, server: ServerResult, protocol: str) -> list[str]:
    work, where = ("session", "consumers") if protocol == "websocket" else ("view", "view")
    times = {
        "first": server.first_s,
        "last": server.last_s,
        "wall": server.wall_s,
        "longest wait": server.waiting_s,
        work: server.view_s,
    }
    of_some = {"largest gap": server.largest_gap_s, "first to last phone": server.heard_spread_s}
    times |= {label: seconds for label, seconds in of_some.items() if seconds is not None}
    # 0 where nobody outside can tell: an ASGI application without Django's stages.
    threads = server.threads or "unknown"
    return [
        "",
        f"{name}: {', '.join(f'{label} {format_duration(seconds)}' for label, seconds in times.items())}",
        f"{server.processes} process(es), {threads} thread(s) ran the {where}, {server.errors} error(s)",
        *(_comparison_lines(server.compared) if server.compared else ()),
        f"   #  status     total     queue {work:>9}  unaccounted  where",
        *(line for request in server.requests for line in (_request_line(request), *_notes(request))),
    ]


def _comparison_lines(compared: Comparison) -> Iterator[str]:
    """Yield the client's figures with and without the instrument, below each other, and their difference."""
    yield f"{'':<24}  median       p95  answers a second  answers  errors"
    for label, figures in (("observed", compared.observed), ("without the instrument", compared.uninstrumented)):
        times = f"{format_duration(figures.median_s):>8} {format_duration(figures.p95_s):>9}"
        yield f"{label:<24}{times} {format_rate(figures.per_second):>17} {figures.answers:>8} {figures.errors:>7}"
    times = f"{format_duration_difference(compared.median_s):>8} {format_duration_difference(compared.p95_s):>9}"
    yield f"{'difference':<24}{times} {format_rate_difference(compared.per_second):>17}"


def _request_line(request: RequestResult) -> str:
    times = [format_duration(seconds).rjust(9) for seconds in (request.total_s, request.queue_s, request.view_s)]
    where = f"pid {request.pid} {request.thread or ''}".rstrip() if request.pid else ""
    status = str(request.status or "–")
    unaccounted = format_duration(request.unaccounted_s)
    line = f"{request.index:>4}  {status:>6} {' '.join(times)} {unaccounted:>12}  {where} {request.error}"
    return line.rstrip()


def _notes(request: RequestResult) -> Iterator[str]:
    """Yield what is worth a line of its own: when a stream's chunks came, and what was done after the client left."""
    if len(request.chunks_s) > 1:
        yield "      chunks at " + ", ".join(f"{seconds:.2f}" for seconds in request.chunks_s) + " s"
    if request.heard_s is not None:
        yield f"      heard at {format_duration(request.heard_s)}" + (", the slow phone" if request.slow else "")
    if request.steps_after is not None:
        yield f"      {request.steps_after} step(s) after the client had left"
