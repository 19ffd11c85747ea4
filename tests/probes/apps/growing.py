"""A process that prints by how many bytes it grew while it handled requests."""

import os
import sys
import time

import psutil

from probes.tracing import instrument
from tests.probes.apps.short_life import bare, handle

BATCH = 500


def resident() -> int:
    return psutil.Process().memory_info().rss


if __name__ == "__main__":
    instrument()
    handle(1, bare)
    before = resident()
    for _ in range(int(sys.argv[1]) // BATCH):
        handle(BATCH)
        time.sleep(0.02)
    print(resident() - before, flush=True)
    os._exit(0)  # how a process ends is another test's matter
