"""What the tests of the race share: finished runs, and races made of them."""

from dashboard.race.race import Race
from dashboard.race.results import Start
from dashboard.runs.results import RequestResult, RunResult, ServerResult


def request(total_s: float, status: int = 200) -> RequestResult:
    """A request that was answered after this time."""
    return RequestResult(trace_id="t", index=1, status=status, total_s=total_s)


def result(wall_s: float, *requests: RequestResult) -> ServerResult:
    """What one server did in this time."""
    return ServerResult(
        wall_s=wall_s,
        first_s=wall_s,
        last_s=wall_s,
        waiting_s=wall_s,
        view_s=wall_s,
        threads=1,
        processes=1,
        requests=requests,
    )


def run_of(servers: dict[str, ServerResult], scenario: str = "wait") -> RunResult:
    """A finished run."""
    return RunResult(id="a" * 16, scenario=scenario, count=2, concurrency=2, servers=servers)


def run(*servers: tuple[str, float, int], scenario: str = "wait") -> RunResult:
    """A finished run of two requests each: (server, wall time, status of the second)."""
    results = {name: result(wall_s, request(wall_s / 2), request(wall_s, status)) for name, wall_s, status in servers}
    return run_of(results, scenario)


def race(*runs: RunResult, start: Start = "together", concurrency: int = 2, seconds: float | None = None) -> Race:
    """A race of two requests at each server, of which these runs have ended."""
    made = Race(
        id="b" * 16,
        scenario="wait",
        count=2,
        concurrency=concurrency,
        seconds=seconds,
        start=start,
        runners={name: "wsgi" for one in runs for name in one.servers},
    )
    for one in runs:
        made.add_run(one, {"a": 50_000_000})
    return made
