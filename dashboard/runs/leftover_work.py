"""How long servers go on working for a run that was stopped, which would distort what is measured next. Pure.

A server does not learn that its clients have left before it answers them, or not at all.
"""

import time
from collections.abc import Callable, Collection

from dashboard.runs.results import RunResult
from dashboard.runs.scenarios import SCENARIOS


class LeftoverWork:
    """What servers still do for stopped runs. `interface_of` returns a server's interface by its name."""

    def __init__(self, interface_of: Callable[[str], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._interface_of = interface_of
        self._clock = clock
        self._until_s: dict[str, float] = {}

    def note(self, run: RunResult) -> None:
        """Take a run that ended: servers still work on what a stopped one left unanswered, at worst one by one."""
        if not run.note.leaves_work:
            return
        work_s = SCENARIOS[run.scenario].seconds_or_default(run.seconds)
        for name, result in run.servers.items():
            open_requests = sum(1 for request in result.requests if request.status is None)
            at_once = self._interface_of(name) == "asgi"
            now_s = self._clock()
            if at_once:
                self._until_s[name] = max(self._until_s.get(name, now_s), now_s + work_s * min(open_requests, 1))
            else:
                # They queue behind what earlier runs left there.
                self._until_s[name] = max(self._until_s.get(name, now_s), now_s) + work_s * open_requests

    def left_s(self, names: Collection[str] | None = None) -> float:
        """Return for how long these servers, by default any, still work for stopped runs; 0 if they do not."""
        untils_s = [until_s for name, until_s in self._until_s.items() if names is None or name in names]
        return max(0.0, max(untils_s, default=0.0) - self._clock())

    def obstacle(self) -> str:
        """Say why nothing should be measured now; empty when all servers have finished."""
        left_s = self.left_s()
        return f"Servers are still finishing a stopped run (about {left_s:.0f} s)." if left_s > 0 else ""
