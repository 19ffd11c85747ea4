"""The reaper: a small process that outlives the supervisor and ends the fleet when the supervisor is gone.

It holds the read end of a pipe whose only write end is the supervisor's. The kernel closes that end when the
supervisor dies, SIGKILL included. Started in a session of its own, as
`python -m dashboard.fleet.processes.reaper_process TAG [FOLDER]`.
"""

import shutil
import signal
import sys

from dashboard.fleet.processes.process_tag import end_tagged


def watch(tag: str, folder: str = "") -> None:
    """Wait for the end of standard input, then end every process that carries `tag` and remove `folder`."""
    # A terminal's Ctrl-C or a closed window is the supervisor's business; the reaper follows it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.stdin.buffer.read()
    end_tagged(tag.__eq__)
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    watch(*sys.argv[1:])
