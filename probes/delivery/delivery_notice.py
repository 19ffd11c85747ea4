"""Tells the developer, in the log of the observed application, whether its spans arrive: one line each.

A dashboard that is not there is no news. One that refuses is, and so is the first message that arrives.
"""

import logging
import sys

from ..failsafe import harmless
from ..settings import TRACES_PATH

logger = logging.getLogger("gatescope")

LONGEST_REASON = 200
"""Characters of a refusal that are quoted."""
NO_RECEIVER = {404, 405}


class DeliveryNotice:
    """What was told of one sender's deliveries, so that each news is told once."""

    def __init__(self, service: str, address: str) -> None:
        self._service = service
        self._address = address
        self._has_delivered = False
        self._is_refused = False

    @harmless(None)
    def delivered(self) -> None:
        """Tell of the first message that arrived."""
        self._is_refused = False
        if not self._has_delivered:
            self._has_delivered = True
            page = self._address.removesuffix(TRACES_PATH)
            _inform(f"Gatescope: the requests of {self._service} are shown at {page}")

    @harmless(None)
    def refused(self, status: int, answer: bytes) -> None:
        """Tell of a refusal, until messages are taken again: no retry will mend it."""
        if self._is_refused:
            return
        self._is_refused = True
        reason = answer[:LONGEST_REASON].decode("utf-8", "replace").strip()
        if status in NO_RECEIVER:
            reason = "no receiver of OTLP is there; GATESCOPE_ENDPOINT names the dashboard's, .../v1/traces"
        logger.warning("Gatescope: %s refuses spans of %s (%d): %r", self._address, self._service, status, reason)

    @harmless(None)
    def is_own_server(self) -> None:
        """Tell that the endpoint is the observed application itself."""
        logger.warning(
            "Gatescope: %s is served by %s itself, so nothing is sent; GATESCOPE_ENDPOINT should name the dashboard",
            self._address,
            self._service,
        )


def _inform(line: str) -> None:
    """Log a line that is no warning; where nobody has set up logging, write it where warnings would go."""
    if logger.hasHandlers():
        logger.info("%s", line)
    else:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - as `logging.lastResort` would
