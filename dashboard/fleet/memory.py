"""How much memory a server of the fleet holds: its own process and all that it started."""

import psutil


class Footprint:
    """The processes of one server. Who belongs to it is looked up once; afterwards a look is cheap."""

    def __init__(self, pid: int) -> None:
        self.peak_bytes = 0
        try:
            server = psutil.Process(pid)
            self._processes = [server, *server.children(recursive=True)]
        except psutil.Error:
            self._processes = []

    def look(self) -> int:
        """The resident memory of all of them now, in bytes; what they share is counted in each."""
        held = sum(map(_resident, self._processes))
        self.peak_bytes = max(self.peak_bytes, held)
        return held


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it has ended
        return 0
