"""Sets up what a server needs around its process: its folder and the configuration in it.

Most servers are told everything on their command line and need nothing.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from dashboard.fleet import apache
from dashboard.fleet.place import Place
from dashboard.fleet.problem import ConfigurationError
from dashboard.fleet.table import ROOT, ServerEntry


@asynccontextmanager
async def set_up(entry: ServerEntry, place: Place) -> AsyncIterator[None]:
    """Hold what `entry` needs while its process runs. Raises ConfigurationError when it cannot be had."""
    folder = place.folder_of(entry)
    try:
        if entry.configured_by == "apache":
            apache.lay_out(folder, place.port_of(entry), ROOT)
    except OSError as error:
        raise ConfigurationError(
            f"The configuration cannot be written to {folder} ({error.strerror}): make room, or name another folder "
            "with GATESCOPE_DATA."
        ) from error
    try:
        yield
    finally:
        if entry.configured_by == "apache":
            apache.clean(folder)
