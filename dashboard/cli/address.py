"""Where a dashboard is started, and where the other commands look for it.

GATESCOPE_HOST and GATESCOPE_PORT say it to every command. HOST and PORT say it to `demo` alone: beside somebody's own
project they belong to that project.
"""

import os

from django.core.exceptions import ImproperlyConfigured

from dashboard.fleet.layout import FleetLayout
from dashboard.lib.whole_number import WholeNumberError, whole_number

HIGHEST_PORT = 65_535


def host_setting() -> str:
    """Return the host that the environment names for any command."""
    return os.environ.get("GATESCOPE_HOST") or FleetLayout().host


def port_setting() -> str:
    """Return the port that the environment names for any command, as text: it may be wrong."""
    return os.environ.get("GATESCOPE_PORT") or str(FleetLayout().port)


def usual_url() -> str:
    """Return where the dashboard is unless `--url` names another place. Raises ImproperlyConfigured."""
    try:
        port = whole_number(port_setting(), most=HIGHEST_PORT)
    except WholeNumberError as error:
        raise ImproperlyConfigured(f"GATESCOPE_PORT is {error}") from error
    return FleetLayout(host=host_setting(), port=port).dashboard_url
