"""What is known about a server of the fleet at one moment, for the page, `/healthz` and the runner."""

import re
from dataclasses import dataclass
from typing import Literal

from dashboard.fleet.entry import Interface

_FOLDERS = re.compile(r"(?<![\w./])/(?!/)(?:[^\s/=:,]+/)+")
"""The folders of an absolute path, wherever it begins within a word of a command line."""

StateName = Literal["running", "starting", "stopped", "missing", "failed"]


@dataclass(frozen=True, slots=True)
class ServerState:
    """A snapshot; the supervisor makes a new one at each change."""

    name: str
    title: str
    interface: Interface
    state: StateName
    url: str
    """Where it answers when it runs, e.g. http://127.0.0.1:8105."""
    reason: str
    """One sentence: why it is missing or failed, or what happened last; else empty."""
    pid: int | None
    """The process that was started; workers are its children."""
    command: tuple[str, ...]
    log_lines: tuple[str, ...]
    """The last lines it printed, oldest first."""
    restarts: int
    """How often in a row it was started again after a crash."""
    remote: bool = False
    """It runs elsewhere: it can be fired at, but not started or stopped from here."""

    @property
    def public_command(self) -> str:
        """The command line for everybody: programs and files by name, without where they are."""
        return _FOLDERS.sub("", " ".join(self.command))
