"""What this machine knows about its processes: where their ids are valid, and whether one still runs."""

import os
import socket
from contextlib import suppress

import psutil

from dashboard.traces.liveness import Host

NS = 1_000_000_000
CLOCK_SLACK_S = 5.0
"""Start times derive from the wall clock, which may be adjusted a little; ids are not reused this soon."""


def this_host() -> Host:
    """Return where this process's ids are valid; the probes report theirs alike (`probes/delivery/encoding.py`)."""
    namespace = ""
    with suppress(OSError):  # not Linux
        namespace = os.readlink("/proc/self/ns/pid")
    return Host(socket.gethostname(), namespace)


def is_running(pid: int, since_ns: int) -> bool:
    """Return whether the process that had this id at that moment (Unix ns) still runs.

    A zombie does not, and one that was started later is another process.
    """
    try:
        process = psutil.Process(pid)
        started_s: float = process.create_time()
        return process.status() != psutil.STATUS_ZOMBIE and started_s < since_ns / NS + CLOCK_SLACK_S
    except psutil.NoSuchProcess:
        return False
    except (psutil.Error, ValueError, OverflowError):  # we may not inspect it, or no process can have this id
        return True
