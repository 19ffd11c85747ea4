"""`manage.py` that on SIGUSR1 also tells how many asyncio tasks it has, in the file of GATESCOPE_TASKS_FILE."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import manage


def main() -> None:
    """Run the command that the arguments name."""
    signal.signal(signal.SIGUSR1, _tell)
    manage.main()


def _tell(*_: object) -> None:
    with suppress(RuntimeError):  # no loop runs yet
        Path(os.environ["GATESCOPE_TASKS_FILE"]).write_text(str(len(asyncio.all_tasks())))


if __name__ == "__main__":
    main()
