"""CPU time that one request of `hello` costs in one process, without a server, delivery included.

Each variant is a process of its own (`bench.cost_process`). They take turns in short rounds and are compared within
each, by the process's CPU clock: what else the machine does costs time, but not theirs.
"""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

from bench import peers
from bench.cost_process import VARIANTS

INTERFACES = ("wsgi", "asgi")
WARM_UP = 60
REQUESTS = 200
ROUNDS = 9

Rounds = dict[str, list[float]]


class Sink(BaseHTTPRequestHandler):
    """Takes every message and forgets it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def do_GET(self) -> None:
        self.send_response(202 if self.path.startswith("/intake") else 200)
        self.send_header("Content-Type", "application/json")
        body = b"" if self.path == "/v1/traces" else b"{}"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_PUT(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class CostProcess:
    """One variant at one interface."""

    def __init__(self, interface: str, variant: str, endpoint: str) -> None:
        python = peers.python() if VARIANTS[variant].peer else sys.executable
        self._process = subprocess.Popen(
            [python, "-m", "bench.cost_process", interface, variant, endpoint],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def measure(self, requests: int) -> tuple[float, float]:
        """Return the microseconds of CPU that one of so many requests took, and what ours told of itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(requests, file=self._process.stdin, flush=True)
        took, told = self._process.stdout.readline().split()
        return float(took), float(told)

    def end(self) -> None:
        """End the process."""
        self._process.communicate()


def report() -> Iterator[str]:
    """Lines of a table: the cost of a request, what each variant adds to the bare one, and what ours told of it."""
    yield f"CPU per request of hello in one process, delivery included, median of {ROUNDS} rounds of {REQUESTS}"
    yield f"  {'interface':<10} {'variant':<22} {'µs':>8} {'added':>8} {'to stock':>9} {'told':>8}"
    with sink() as endpoint:
        for interface in INTERFACES:
            costs, told = _measure(interface, endpoint)
            added = {
                variant: median(cost - bare for cost, bare in zip(measured, costs["bare"], strict=True))
                for variant, measured in costs.items()
            }
            for variant, measured in costs.items():
                ratio = added[variant] / added["stock OpenTelemetry"]
                line = f"  {interface:<10} {variant:<22} {median(measured):>8.0f} {added[variant]:>8.0f}"
                own = median(told[variant])
                yield f"{line} {ratio:>9.2f} {own:>8.0f}" if own else f"{line} {ratio:>9.2f}"


def _measure(interface: str, endpoint: str) -> tuple[Rounds, Rounds]:
    """Return by variant what a request took in each round, and what the instrument told of that."""
    with ExitStack() as stack:
        processes = {variant: CostProcess(interface, variant, endpoint) for variant in VARIANTS}
        for process in processes.values():
            stack.callback(process.end)
            process.measure(WARM_UP)
        costs: Rounds = {variant: [] for variant in VARIANTS}
        told: Rounds = {variant: [] for variant in VARIANTS}
        for _ in range(ROUNDS):
            for variant, process in processes.items():
                took, own = process.measure(REQUESTS)
                costs[variant].append(took)
                told[variant].append(own)
    return costs, told


@contextmanager
def sink() -> Iterator[str]:
    """Run a receiver that takes everything; give its endpoint."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Sink) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/traces"
        server.shutdown()


if __name__ == "__main__":
    for line in report():
        print(line, flush=True)
