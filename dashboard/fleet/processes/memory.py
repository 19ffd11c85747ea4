"""How much memory servers of the fleet use: each server's own process and all that it started."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import psutil


class Footprint:
    """The processes of one server. Measuring them is cheap."""

    def __init__(self, processes: list[psutil.Process]) -> None:
        self._processes = processes
        self.peak_bytes = 0

    def measure(self) -> int:
        """Return the resident memory of all of them now, in bytes; what they share is counted in each."""
        held = sum(map(_resident, self._processes))
        self.peak_bytes = max(self.peak_bytes, held)
        return held


def find_footprints(servers: Mapping[str, int]) -> dict[str, Footprint]:
    """Return the footprint of each server, given their process ids. Reads all processes once: not on a loop."""
    children: dict[int, list[psutil.Process]] = defaultdict(list)
    known: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        known[process.pid] = process
        try:
            children[process.ppid()].append(process)
        except psutil.Error:  # it has ended
            continue
    return {
        name: Footprint([known[pid], *_descendants(pid, children)] if pid in known else [])
        for name, pid in servers.items()
    }


def _descendants(pid: int, children: Mapping[int, list[psutil.Process]]) -> Iterator[psutil.Process]:
    for child in children.get(pid, ()):
        yield child
        yield from _descendants(child.pid, children)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has ended
        return 0
