"""What a machine lacks is not tested there, and the run says so; in CI a missing component is an error."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from dashboard.fleet.entry import SYSTEM_PROGRAMS
from dashboard.fleet.table import SERVERS

TESTS = Path(__file__).parents[1]
IN_CI = os.environ.get("CI") == "true"
PROGRAMS = {
    "advice/test_files.py": "nginx",
    "browser": "chromium",
    "contract/test_dying_upstream.py": "nginx",
    "contract/test_redis.py": "redis-server",
    "contract/test_two_dashboards.py": "redis-server",
    "contract/test_via.py": "nginx",
    "exporters": "chromium",
    "fleet/test_apache.py": "apache2",
    "fleet/test_nginx.py": "nginx",
    "live/test_peers.py": "redis-server",
    "probes/company/test_celery_worker.py": "redis-server",
    "test_front.py": "nginx",
}
"""The program of the system that all tests of a file or folder need; what is not named here needs none."""


def here(names: Iterable[str]) -> tuple[str, ...]:
    """Those of the named servers that can be started on this machine; in CI all of them."""
    missing = set() if IN_CI else {entry.name for entry in SERVERS if entry.why_missing()}
    return tuple(name for name in names if name not in missing)


def lacking(test: Path) -> str:
    """The program that a test file needs and this machine lacks; empty when there is none, and in CI."""
    path = f"{os.environ.get('PATH', '')}:{SYSTEM_PROGRAMS}"
    inside = test.relative_to(TESTS).as_posix()
    needed = next((program for where, program in PROGRAMS.items() if inside.startswith(where)), "")
    return "" if IN_CI or not needed or shutil.which(needed, path=path) else needed
