"""CPU that a request of `hello` costs a server at a calm 20 requests a second, by its processes' own clocks.

The variants run beside each other and are asked in turn, so that each request has its counterpart a moment later. All
threads of all processes of a server count, those that have ended included; the kernel rounds to a hundredth of a
second, which over a round is a few microseconds a request.
"""

import http.client
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from statistics import median

import psutil

from bench.cost import sink
from bench.servers import Served, closed_port, server

VARIANTS: Mapping[str, str] = {
    "bare": "bench.settings_calm_bare",
    "all stages": "bench.settings_calm",
    "nobody listens": "bench.settings_calm",
}
SERVERS = ("gunicorn-sync", "uvicorn")
A_SECOND = 20
ROUNDS = 3
REQUESTS = 160
WARM_UP = 120
"""Requests before the first round; the instrument gives up within them when nobody listens."""
OK = 200


def report(environment: Mapping[str, str]) -> Iterator[str]:
    """Lines of a table: CPU milliseconds a request, and what each variant adds to the bare one."""
    yield f"CPU per request of hello at {A_SECOND} a second, default middleware, median of {ROUNDS} × {REQUESTS}"
    yield f"  {'server':<18} {'variant':<16} {'ms':>8} {'added':>8}"
    for name in SERVERS:
        costs = _measure(name, environment)
        for variant, measured in costs.items():
            added = median(cost - bare for cost, bare in zip(measured, costs["bare"], strict=True))
            yield f"  {name:<18} {variant:<16} {median(measured):>8.2f} {added:>8.2f}"


def _measure(name: str, environment: Mapping[str, str]) -> dict[str, list[float]]:
    with ExitStack() as stack:
        nobody = stack.enter_context(closed_port())
        silent = {"GATESCOPE_ENDPOINT": f"http://127.0.0.1:{nobody}/v1/traces"}
        served = {
            variant: stack.enter_context(
                server(name, settings, {**environment, **(silent if variant == "nobody listens" else {})})
            )
            for variant, settings in VARIANTS.items()
        }
        _ask_all(served, WARM_UP)
        costs: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
        for _ in range(ROUNDS):
            before = {variant: _cpu_s(one.pid) for variant, one in served.items()}
            _ask_all(served, REQUESTS)
            for variant, one in served.items():
                costs[variant].append((_cpu_s(one.pid) - before[variant]) / REQUESTS * 1000)
        return costs


def _ask_all(served: Mapping[str, Served], requests: int) -> None:
    begun = time.monotonic()
    for number in range(requests):
        for place, one in enumerate(served.values()):
            due = begun + (number + place / len(served)) / A_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
            connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=10)
            connection.request("GET", "/hello/")
            answer = connection.getresponse()
            answer.read()
            connection.close()
            assert answer.status == OK


def _cpu_s(pid: int) -> float:
    """Return the CPU seconds that a process and its children have taken."""
    root = psutil.Process(pid)
    times = [process.cpu_times() for process in (root, *root.children(recursive=True))]
    return sum(one.user + one.system for one in times)


if __name__ == "__main__":
    with sink() as endpoint:
        for line in report({"GATESCOPE_ENDPOINT": endpoint}):
            print(line, flush=True)
