"""A supervisor in a process of its own, to be killed by a test: keep_fleet.py PORT DATA NAME...

One of its servers, "detaching", has made a process that no session, process group, tag or title ties to it.
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet
from dashboard.fleet.table import HIGHEST_PORT_OFFSET, SERVERS
from tests.fleet.helpers import python_entry

DETACHING = """
import os, signal, sys
from http.server import BaseHTTPRequestHandler as B, HTTPServer as S
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.execve(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)"], {{}})
B.do_GET = lambda self: (self.send_response(200), self.end_headers())
S(("127.0.0.1", {port}), B).serve_forever()
"""


async def keep(port: int, data: Path, names: list[str]) -> None:
    """Start the servers, print the reaper's process id and wait to be killed."""
    detaching = replace(python_entry(DETACHING, "detaching"), port_offset=HIGHEST_PORT_OFFSET + 1)
    fleet = Fleet(FleetLayout(port=port, data=data), [*SERVERS, detaching])
    async for _ in fleet.start_all(names):
        pass
    print(fleet.reaper_pid, *(fleet.state(name).state for name in names), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(keep(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
