"""A finished run for people at a terminal: what was measured of each server, and of each of its requests."""

from collections.abc import Iterator

from dashboard.cli.terminal import BAD, STRONG, Cell, Heading, Row, Terminal
from dashboard.lib.differences import format_duration_difference, format_rate, format_rate_difference
from dashboard.lib.durations import format_duration
from dashboard.runs.results import Comparison, RequestResult, RunResult, ServerResult

FAILED_FROM = 500
"""The first status that says that the server failed."""


def show_run(terminal: Terminal, run: RunResult) -> None:
    """Print a run."""
    requests = "1 request" if run.count == 1 else f"{run.count} requests"
    terminal.say(f"{run.scenario}: {requests}, {run.concurrency} at once. {run.note}".rstrip())
    for name, server in run.servers.items():
        _show_server(terminal, name, server, run.protocol)


def _show_server(terminal: Terminal, name: str, server: ServerResult, protocol: str) -> None:
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
    terminal.say("")
    terminal.say(
        f"{name}: {', '.join(f'{label} {format_duration(seconds)}' for label, seconds in times.items())}", STRONG
    )
    terminal.say(
        f"{server.processes} process(es), {threads} thread(s) ran the {where}, {server.errors} error(s)",
        BAD if server.errors else "",
    )
    if server.compared:
        _show_comparison(terminal, server.compared)
    numbers = [Heading(text, "right") for text in ("#", "status", "total", "queue", work, "unaccounted")]
    rows = (row for request in server.requests for row in _request_rows(request))
    terminal.show_table([*numbers, Heading("where")], rows)


def _show_comparison(terminal: Terminal, compared: Comparison) -> None:
    """Print the client's figures with and without the instrument, below each other, and their difference."""
    numbers = [Heading(text, "right") for text in ("median", "p95", "answers a second", "answers", "errors")]
    sides = (("observed", compared.observed), ("without the instrument", compared.uninstrumented))
    rows = [
        (
            label,
            format_duration(figures.median_s),
            format_duration(figures.p95_s),
            format_rate(figures.per_second),
            str(figures.answers),
            str(figures.errors),
        )
        for label, figures in sides
    ]
    difference = (
        "difference",
        format_duration_difference(compared.median_s),
        format_duration_difference(compared.p95_s),
        format_rate_difference(compared.per_second),
    )
    terminal.show_table([Heading(""), *numbers], [*rows, difference])


def _request_rows(request: RequestResult) -> Iterator[Row]:
    times = (request.total_s, request.queue_s, request.view_s, request.unaccounted_s)
    where = f"pid {request.pid} {request.thread or ''}".rstrip() if request.pid else ""
    failed = not request.status or request.status >= FAILED_FROM
    status = Cell(str(request.status or "–"), BAD if failed else "")
    yield str(request.index), status, *map(format_duration, times), f"{where} {request.error}".strip()
    for note in _notes(request):
        yield *[""] * 6, note


def _notes(request: RequestResult) -> Iterator[str]:
    """Yield what is worth a line of its own: when a stream's chunks came, and what was done after the client left."""
    if len(request.chunks_s) > 1:
        yield "chunks at " + ", ".join(f"{seconds:.2f}" for seconds in request.chunks_s) + " s"
    if request.heard_s is not None:
        yield f"heard at {format_duration(request.heard_s)}" + (", the slow phone" if request.slow else "")
    if request.steps_after is not None:
        yield f"{request.steps_after} step(s) after the client had left"
