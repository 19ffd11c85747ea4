"""Takes away the sync receivers of the two signals that Django sends with each request.

One sync receiver is enough for Django to send the signal from a thread, even where nothing is to be done.
"""

from django.apps import AppConfig
from django.core.cache import close_caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries


class LeanConfig(AppConfig):
    """Safe only where no view keeps a connection to a database or a cache: nothing cleans up after a request now."""

    name = "samples.lean"

    def ready(self) -> None:
        """Disconnect what Django itself has connected."""
        request_started.disconnect(reset_queries)
        request_started.disconnect(close_old_connections)
        request_finished.disconnect(close_old_connections)
        request_finished.disconnect(close_caches)
