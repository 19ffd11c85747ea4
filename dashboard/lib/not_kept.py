"""Says in the log that something could not be kept: in one sentence where the disk or the database says why."""

from logging import Logger

from django.db import DatabaseError

from dashboard.lib.printable import printable
from dashboard.lib.public_url import public_url


def log_not_kept(logger: Logger, what: str, error: Exception) -> None:
    """Log it. A full disk is nobody's mistake, and needs no traceback; anything else is ours, and has one."""
    if isinstance(error, OSError | DatabaseError):
        reason = printable(public_url(" ".join(str(error).split())))
        logger.error("%s could not be kept: %s", what, reason)
    else:
        logger.error("%s could not be kept", what, exc_info=error)
