"""The Django application of the fleet: it checks at the start what the environment says about servers elsewhere."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


class FleetConfig(AppConfig):
    """No models: what is known about servers is in memory."""

    name = "dashboard.fleet"
    label = "fleet"

    def ready(self) -> None:
        """Let a server that is not in the table stop the start."""
        register(check_remote_servers)


def check_remote_servers(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Report what is wrong with the servers that GATESCOPE_SERVERS names."""
    from django.conf import settings

    from dashboard.fleet.remote_servers import find_problems

    hint = "Unset it to have the dashboard start its servers itself."
    return [Error(problem, hint=hint, id="fleet.E001") for problem in find_problems(settings.REMOTE_SERVERS)]
