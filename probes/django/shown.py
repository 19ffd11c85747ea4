"""Whether the request that is handled here shows its stages; asked before any work is done for one."""

from probes.stages import current_request


def stages_are_shown() -> bool:
    """Return False outside an observed request, and for one of which the budget keeps only the `server` stage."""
    record = current_request()
    return record is not None and not record.reduced
