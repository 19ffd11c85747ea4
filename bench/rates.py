"""Requests per second of `hello`: bare, with our probes, with OpenTelemetry's own Django instrumentation.

The variants take turns, round by round, so that a machine that gets slower does so for all of them.
"""

import asyncio
from collections.abc import Iterator, Mapping
from statistics import median

from bench.load import load
from bench.servers import server

VARIANTS: Mapping[str, str] = {
    "bare": "bench.settings_bare",
    "probes": "samples.settings",
    "stock OpenTelemetry": "bench.settings_stock",
}
SERVERS = ("gunicorn-gthread", "uvicorn")
ROUNDS = 3
SECONDS = 3.0
CONNECTIONS = 4


def report(environment: Mapping[str, str]) -> Iterator[str]:
    """Lines of a table; the ratio is to the bare application on the same server."""
    yield f"Requests per second of hello, {CONNECTIONS} connections, median of {ROUNDS} rounds of {SECONDS:g} s"
    yield f"  {'server':<18} {'variant':<20} {'req/s':>8} {'to bare':>9} {'failures':>9}"
    for name in SERVERS:
        rates, failures = _measure(name, environment)
        bare = median(rates["bare"])
        for variant, measured in rates.items():
            rate = median(measured)
            yield f"  {name:<18} {variant:<20} {rate:>8.0f} {rate / bare:>9.2f} {failures[variant]:>9}"


def _measure(name: str, environment: Mapping[str, str]) -> tuple[dict[str, list[float]], dict[str, int]]:
    rates: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
    failures = dict.fromkeys(VARIANTS, 0)
    for _ in range(ROUNDS):
        for variant, settings in VARIANTS.items():
            with server(name, settings, environment) as served:
                asyncio.run(load(served.port, "/hello/", connections=CONNECTIONS, seconds=SECONDS))
                burst = asyncio.run(load(served.port, "/hello/", connections=CONNECTIONS, seconds=SECONDS))
            rates[variant].append(burst.per_second)
            failures[variant] += burst.failures
    return rates, failures
