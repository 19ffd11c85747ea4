"""How long servers still work for a run that was stopped: they would be measured with what comes next. Pure.

A server does not learn that its clients have left before it answers them, or not at all.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from dashboard.lessons.scenarios import SCENARIOS


class Settling:
    """Told of each run that ended. `interface_of` gives that of a server by its name."""

    def __init__(self, interface_of: Callable[[str], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._interface_of = interface_of
        self._clock = clock
        self._until_s = 0.0

    def note(self, run: Mapping[str, Any]) -> None:
        """A run has ended; what was not answered of a stopped one is still being worked on, at worst one by one."""
        if run["note"] != "stopped":
            return
        work_s = SCENARIOS[run["scenario"]].seconds_or_default(run["seconds"])
        for name, result in run["servers"].items():
            open_requests = sum(1 for request in result["requests"] if request["status"] is None)
            at_once = self._interface_of(name) == "asgi"
            left_s = work_s * (min(open_requests, 1) if at_once else open_requests)
            self._until_s = max(self._until_s, self._clock() + left_s)

    def hindrance(self) -> str:
        """Why nothing should be measured now; empty when all servers have settled."""
        left_s = self._until_s - self._clock()
        return f"Servers still work for a run that was stopped, for about {left_s:.0f} s." if left_s > 0 else ""
