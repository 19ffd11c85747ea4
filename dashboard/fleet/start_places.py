"""How many servers may start beside each other: as many as cores and memory carry."""

import os

import psutil

LEAST, MOST = 2, 8
"""With two, one that hangs holds up nobody for long; more than eight would starve the page."""
SERVER_BYTES = 256 * 2**20
"""What one server may need while it starts."""


def start_places() -> int:
    """Return how many servers may start at the same time on this machine, as it is now."""
    by_cores = max(LEAST, min(MOST, os.cpu_count() or 1))
    return int(max(1, min(by_cores, psutil.virtual_memory().available // SERVER_BYTES)))
