"""Prints every figure of `make bench`, one after the other, against one dashboard."""

import os
import sys
import tempfile
from pathlib import Path

from bench import calm, cost, delay, intake, rates, screen
from tests.support.demo import gatescope


def main() -> None:
    """Run all benchmarks; a few minutes on two cores."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores", flush=True)
    with tempfile.TemporaryDirectory(prefix="gatescope-bench-") as folder, gatescope(Path(folder), "uvicorn") as demo:
        environment = {"GATESCOPE_DATA": folder, "GATESCOPE_ENDPOINT": f"{demo.url}/v1/traces"}
        port = demo.port
        reports = (
            cost.report(),
            calm.report(environment),
            delay.report(port),
            screen.report(port),
            intake.report(port),
            rates.report(environment),
        )
        for report in reports:
            for line in report:
                print(line, flush=True)


if __name__ == "__main__":
    main()
