"""How long the kernel's accept queues were over the last minutes, to be kept with a film."""

from collections import deque
from collections.abc import Mapping, Sequence

from dashboard.recordings.film import BacklogSteps
from dashboard.traces.span import Span

MOST_STEPS = 5_000
"""Per server. It is measured a few times a second and only changes are recorded, so this is many minutes."""


class BacklogHistory:
    """Per server one step (unix ns, connections) for each change, the oldest first."""

    def __init__(self) -> None:
        self._steps: dict[str, deque[tuple[int, int]]] = {}

    def record(self, now_ns: int, lengths: Mapping[str, int]) -> None:
        """Record what was measured just now."""
        for server, length in lengths.items():
            steps = self._steps.setdefault(server, deque(maxlen=MOST_STEPS))
            if not steps or steps[-1][1] != length:
                steps.append((now_ns, length))

    def during(self, spans: Sequence[Span]) -> BacklogSteps:
        """Return the steps of the spans' servers while the spans lasted; the first is what held at their start."""
        if not spans:
            return {}
        begin = min(span.start_ns for span in spans)
        end = max(span.end_ns or span.start_ns for span in spans)
        found = {server: self._between(server, begin, end) for server in {span.server for span in spans}}
        return {server: steps for server, steps in sorted(found.items()) if steps}

    def _between(self, server: str, begin: int, end: int) -> list[tuple[int, int]]:
        steps = self._steps.get(server, ())
        before = [step for step in steps if step[0] <= begin][-1:]
        return before + [step for step in steps if begin < step[0] <= end]
