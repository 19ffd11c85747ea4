"""What this machine says about its processes: where they are, and whether one still runs."""

import os
import socket
from contextlib import suppress

import psutil

from dashboard.traces.liveness import Host

NS = 1_000_000_000
CLOCK_SLACK_S = 5.0
"""Start times are derived from the wall clock, which may be set a little; an id does not come back this soon."""


def this_host() -> Host:
    """Where this process's ids mean something; the probes say the same of theirs (`probes/encoding.py`)."""
    namespace = ""
    with suppress(OSError):  # not Linux
        namespace = os.readlink("/proc/self/ns/pid")
    return Host(socket.gethostname(), namespace)


def runs(pid: int, since_ns: int) -> bool:
    """Whether the process that had this id at that moment (Unix ns) still runs. One that waits to be reaped does not,
    and one that was started later is another.
    """
    try:
        process = psutil.Process(pid)
        started_s: float = process.create_time()
        return process.status() != psutil.STATUS_ZOMBIE and started_s < since_ns / NS + CLOCK_SLACK_S
    except psutil.NoSuchProcess:
        return False
    except (psutil.Error, ValueError, OverflowError):  # we may not look at it, or no process can have this id
        return True
