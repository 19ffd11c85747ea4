"""Before the class comes: whether everything is here that the lessons need, in one list of checks.

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
CLOCK_LOOK_S = 0.2
CLOCK_MAY_DRIFT = 0.02
"""Share by which the wall clock may run otherwise than the steady one while it is looked at."""
CLOCK_STEP_S = 0.001
"""Coarser than this the waits of a quick request cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list. `said` says what was found; of what is wrong also what to do."""

    name: str
    fine: bool
    said: str


def of_this_machine(layout: FleetLayout, *, is_running: bool) -> Sequence[Check]:
    """Cores, clock, what is installed, and, where no dashboard runs yet, the ports."""
    return [cores(), clock(), *installed(), *([] if is_running else [free_ports(layout)])]


def cores() -> Check:
    """Client, dashboard and servers share the processor; with one core they measure each other."""
    number = os.cpu_count() or 1
    advice = (
        "" if number >= ENOUGH_CORES else f": lessons are written for {ENOUGH_CORES}, so expect figures that are off"
    )
    return Check("cores", number >= ENOUGH_CORES, f"{number}{advice}.")


def clock() -> Check:
    """Queues are measured by the wall clock, across processes: it must run evenly and finely."""
    began, began_steady = time.time(), time.monotonic()
    time.sleep(CLOCK_LOOK_S)
    passed, steady = time.time() - began, time.monotonic() - began_steady
    step_s = time.get_clock_info("time").resolution
    if abs(passed - steady) > CLOCK_MAY_DRIFT * steady:
        return Check(
            "clock", False, f"{passed:.3f} s passed on it in {steady:.3f} s: is it being set? Wait, try again."
        )
    return Check("clock", step_s <= CLOCK_STEP_S, f"even, in steps of {step_s:.0e} s.")


def installed() -> Sequence[Check]:
    """Every server of the table, or how to get it."""
    return [Check(entry.name, not (absence := entry.why_missing()), absence or "installed.") for entry in SERVERS]


def free_ports(layout: FleetLayout) -> Check:
    """The dashboard's port and those of the fleet."""
    taken = taken_ports(layout)
    if not taken:
        return Check("ports", True, f"{layout.port} and those of the servers are free.")
    return Check("ports", False, f"{ports.why_taken(layout.host, taken[0])} Choose another with PORT.")
