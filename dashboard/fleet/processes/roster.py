"""The processes that fleets have started, in a file: to end, at the next start, what was left without a tag.

A program may overwrite its environment, and with it the tag by which `process_tag` would find it. The file names each
server's process, which leads a session, by id and start time, so that nobody else's process of the same id is meant.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import psutil

FILE = "started-processes"
BOOT = Path("/proc/sys/kernel/random/boot_id")


class Roster:
    """The file in this data folder. Several dashboards may share it: who writes has it locked."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    def add(self, tag: str, pid: int) -> None:
        """Remember a process of the fleet with this tag. Raises OSError."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked() as file:
            file.seek(0, os.SEEK_END)
            file.write(f"{tag} {pid} {_start_of(pid)}\n")

    def find(self, belongs: Callable[[str], bool]) -> list[psutil.Process]:
        """List the processes that still run of the fleets whose tag `belongs` accepts, with all of their sessions."""
        lines = [(int(pid), start) for tag, pid, start in self._lines() if belongs(tag)]
        leaders = {pid for pid, start in lines if _start_of(pid) == start}
        if not leaders:
            return []
        return [process for process in psutil.process_iter() if _session_of(process.pid) in leaders]

    def forget(self, belongs: Callable[[str], bool]) -> None:
        """Remove the lines of these fleets. Raises OSError."""
        if not self._path.exists():
            return
        with self._locked() as file:
            lines = [line for line in _read(file) if not belongs(line[0])]
            file.seek(0)
            file.truncate()
            file.writelines(" ".join(line) + "\n" for line in lines)

    @contextmanager
    def _locked(self) -> Iterator[TextIO]:
        with open(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+", errors="replace") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file

    def _lines(self) -> list[tuple[str, str, str]]:
        try:
            with self._path.open(errors="replace") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                return [*_read(file)]
        except FileNotFoundError:
            return []


def _read(file: TextIO) -> Iterator[tuple[str, str, str]]:
    """Yield tag, process id and start of each line that is whole."""
    for line in file:
        words = line.split()
        if len(words) == 3 and words[1].isdecimal() and words[2] != "gone":  # noqa: PLR2004 -- a whole line
            yield words[0], words[1], words[2]


def _start_of(pid: int) -> str:
    """Say when a process started so that it is told from any other with its id; "gone" when there is none."""
    try:
        # Field 22 of proc_pid_stat(5), in ticks since the boot: setting the clock does not change it.
        ticks = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[19].decode()
        return f"{BOOT.read_text().strip()}/{ticks}"
    except OSError:
        pass
    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.Error:
        return "gone"


def _session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1
