"""The processes that fleets have started, in a file: to end, at the next start, what was left without a tag.

A program may overwrite its environment, and with it the tag by which `process_tag` would find it. The file names each
server's process, which leads a session, by id and start time, so that nobody else's process of the same id is meant.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

FILE = "started-processes"
BOOT = Path("/proc/sys/kernel/random/boot_id")


class Roster:
    """The file in this data folder. Several dashboards may share it: each line is written at once."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    def add(self, tag: str, pid: int) -> None:
        """Remember a process of the fleet with this tag. Raises OSError."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
            file.write(f"{tag} {pid} {_start_of(pid)}\n".encode())

    def find(self, belongs: Callable[[str], bool]) -> list[psutil.Process]:
        """List the processes that still run of the fleets whose tag `belongs` accepts, with all of their sessions."""
        lines = [(int(pid), start) for tag, pid, start in self._lines() if belongs(tag)]
        leaders = {pid for pid, start in lines if _start_of(pid) == start}
        if not leaders:
            return []
        return [process for process in psutil.process_iter() if _session_of(process.pid) in leaders]

    def forget(self, belongs: Callable[[str], bool]) -> None:
        """Remove the lines of these fleets. Raises OSError."""
        lines = [line for line in self._lines() if not belongs(line[0])]
        draft = self._path.with_suffix(f".{os.getpid()}")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(" ".join(line) + "\n" for line in lines)
        draft.replace(self._path)

    def _lines(self) -> Iterator[tuple[str, str, str]]:
        try:
            text = self._path.read_text(errors="replace")
        except FileNotFoundError:
            return
        for line in text.splitlines():
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
