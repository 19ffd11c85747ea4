"""Checks, before the class comes, that everything the lessons need is here.

The checks of this module look at this machine; the command adds a dry run of each lesson.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.fleet import ports
from dashboard.fleet.free_ports import taken_ports
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.table import SERVERS

ENOUGH_CORES = 2
CLOCK_WATCHED_S = 0.2
MOST_CLOCK_DRIFT = 0.02
"""Allowed drift of the wall clock against the monotonic clock, as a share."""
CLOCK_STEP_S = 0.001
"""With coarser steps the waits of a quick request cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list. `said` says what was found, and what to do if it is not fine."""

    name: str
    fine: bool
    said: str


def check_machine(layout: FleetLayout, *, is_running: bool) -> Sequence[Check]:
    """Check cores, clock, what is installed, and the ports if no dashboard is running yet."""
    return [check_cores(), check_clock(), *check_servers(), *([] if is_running else [check_ports(layout)])]


def check_cores() -> Check:
    """Check the number of cores: client, dashboard and servers share them, and distort each other on a single one."""
    number = os.cpu_count() or 1
    advice = (
        "" if number >= ENOUGH_CORES else f": lessons are written for {ENOUGH_CORES}, so expect figures that are off"
    )
    return Check("cores", number >= ENOUGH_CORES, f"{number}{advice}.")


def check_clock() -> Check:
    """Check that the wall clock runs evenly and finely: queues are measured by it, across processes."""
    began, began_steady = time.time(), time.monotonic()
    time.sleep(CLOCK_WATCHED_S)
    passed, steady = time.time() - began, time.monotonic() - began_steady
    step_s = time.get_clock_info("time").resolution
    if abs(passed - steady) > MOST_CLOCK_DRIFT * steady:
        found = f"{passed:.3f} s passed on it in {steady:.3f} s: is it being set? Wait, and try again."
        return Check("clock", False, found)
    return Check("clock", step_s <= CLOCK_STEP_S, f"even, in steps of {step_s:.0e} s.")


def check_servers() -> Sequence[Check]:
    """Check that every server of the table is installed, and say how to install those that are not."""
    return [Check(entry.name, not (missing := entry.why_missing()), missing or "installed.") for entry in SERVERS]


def check_ports(layout: FleetLayout) -> Check:
    """Check that the ports of the dashboard and of its fleet are free."""
    taken = taken_ports(layout)
    if not taken:
        return Check("ports", True, f"{layout.port} and those of the servers are free.")
    return Check("ports", False, f"{ports.why_taken(layout.host, taken[0])} Choose another with PORT.")
