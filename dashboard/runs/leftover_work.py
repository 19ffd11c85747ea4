"""How long servers still work for a run that was stopped: they would be measured with what comes next. Pure.

A server does not learn that its clients have left before it answers them, or not at all.
"""

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from dashboard.runs.scenarios import SCENARIOS


class Settling:
    """Told of each run that ended. `interface_of` gives that of a server by its name."""

    def __init__(self, interface_of: Callable[[str], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._interface_of = interface_of
        self._clock = clock
        self._until_s: dict[str, float] = {}

    def note(self, run: Mapping[str, Any]) -> None:
        """A run has ended; what was not answered of a stopped one is still being worked on, at worst one by one."""
        if run["note"] != "stopped":
            return
        work_s = SCENARIOS[run["scenario"]].seconds_or_default(run["seconds"])
        for name, result in run["servers"].items():
            open_requests = sum(1 for request in result["requests"] if request["status"] is None)
            at_once = self._interface_of(name) == "asgi"
            now_s = self._clock()
            if at_once:
                self._until_s[name] = max(self._until_s.get(name, now_s), now_s + work_s * min(open_requests, 1))
            else:
                # They stand behind what earlier runs left there.
                self._until_s[name] = max(self._until_s.get(name, now_s), now_s) + work_s * open_requests

    def left_s(self, names: Collection[str] | None = None) -> float:
        """For how long these servers, or any, still work for what was stopped; 0 when they have settled."""
        untils_s = [until_s for name, until_s in self._until_s.items() if names is None or name in names]
        return max(0.0, max(untils_s, default=0.0) - self._clock())

    def hindrance(self) -> str:
        """Why nothing should be measured now; empty when all servers have settled."""
        left_s = self.left_s()
        return f"Servers still work for a run that was stopped, for about {left_s:.0f} s." if left_s > 0 else ""
