"""A supervisor in a process of its own, to be killed by a test: keep_fleet.py PORT DATA NAME..."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.supervisor import Fleet


async def keep(port: int, data: Path, names: list[str]) -> None:
    """Start the servers, print the reaper's process id and wait to be killed."""
    fleet = Fleet(FleetLayout(port=port, data=data))
    async for _ in fleet.start_all(names):
        pass
    print(fleet.reaper_pid, *(state.state for state in fleet.states().values()), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(keep(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
