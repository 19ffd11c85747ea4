"""Which runs use the dashboard that one of them started: it ends with the last of them.

A run is a process, known by its id and start time; it stays the same process when it becomes the project's command.
So nothing has to be given back: a run that was killed is as gone as one that ended.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.fleet.processes.process_tag import is_orphaned, new_tag

FOLDER = "runs"
"""Where this is kept inside the data folder."""
ENDS_WITH_RUNS = "GATESCOPE_ENDS_WITH_RUNS"
"""In the environment of a dashboard that a run starts."""
LEASE_SUFFIX = ".run"


class Leases:
    """The runs that use the dashboard on one port, and that dashboard if a run has started it.

    Whoever reads and then changes this does so inside of `held`, be it a run or the dashboard itself.
    """

    def __init__(self, data: Path, port: int) -> None:
        self._folder = data / FOLDER / str(port)
        self._dashboard = self._folder / "dashboard"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep all others out, who wait meanwhile."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def take(self) -> None:
        """Note that this process uses the dashboard."""
        (self._folder / f"{new_tag()}{LEASE_SUFFIX}").touch(mode=0o600)

    def are_taken(self) -> bool:
        """Return whether any run that uses the dashboard goes on; forget those that do not."""
        taken = False
        for file in self._folder.glob(f"*{LEASE_SUFFIX}"):
            if is_orphaned(file.name.removesuffix(LEASE_SUFFIX)):
                file.unlink(missing_ok=True)
            else:
                taken = True
        return taken

    def note_dashboard(self, tag: str) -> None:
        """Note that the process with this tag (`process_tag`) is the dashboard that the runs share."""
        self._dashboard.write_text(tag, encoding="utf-8")

    def has_dashboard(self) -> bool:
        """Return whether there is a dashboard that was started by a run."""
        with contextlib.suppress(OSError):
            return not is_orphaned(self._dashboard.read_text(encoding="utf-8"))
        return False

    def give_up_dashboard(self) -> bool:
        """Return whether no run is left; the dashboard, which asks this, then is nobody's any more and has to end."""
        with self.held():
            if self.are_taken():
                return False
            self._dashboard.unlink(missing_ok=True)
            return True
