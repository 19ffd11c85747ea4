"""Prints every figure of `make bench`, one after the other, against one dashboard."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import calm, cost, delay, flood, intake, rates, screen
from tests.support.demo import Gatescope, gatescope
from tests.support.ports import free_port


@contextmanager
def demo_with_ports(data: Path) -> Iterator[tuple[Gatescope, str, str]]:
    """A demo, its URL for OTLP/HTTP and its address for OTLP/gRPC."""
    http, grpc = free_port(), free_port()
    with gatescope(data, "uvicorn", otlp_ports=f"{http},{grpc}") as demo:
        yield demo, f"http://127.0.0.1:{http}", f"127.0.0.1:{grpc}"


def main() -> None:
    """Run all benchmarks; a few minutes on two cores."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="gatescope-bench-") as folder,
        demo_with_ports(Path(folder)) as (demo, http, grpc),
    ):
        environment = {"GATESCOPE_DATA": folder, "GATESCOPE_ENDPOINT": f"{demo.url}/v1/traces"}
        port = demo.port
        reports = (
            cost.report(),
            calm.report(environment),
            delay.report(port),
            screen.report(port),
            intake.report(demo.process.pid, http, grpc),
            flood.report(port, http, grpc),
            rates.report(environment),
        )
        for report in reports:
            for line in report:
                print(line, flush=True)


if __name__ == "__main__":
    main()
