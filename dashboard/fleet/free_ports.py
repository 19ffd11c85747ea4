"""Finds ports that nobody listens on, for a dashboard and its whole fleet."""

from dashboard.fleet import ports
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.layout import HIGHEST_DASHBOARD_PORT, FleetLayout
from dashboard.fleet.table import SERVERS

FIRST_PORT = FleetLayout().port
PORT_STEP = 200
"""More than a fleet has ports, so that the next attempt meets other ones."""


def find_free_layout() -> FleetLayout:
    """Return a layout none of whose ports is taken. Raises ConfigurationError when there is none."""
    for port in range(FIRST_PORT, HIGHEST_DASHBOARD_PORT, PORT_STEP):
        layout = FleetLayout(port=port)
        if not taken_ports(layout):
            return layout
    raise ConfigurationError(
        "No free ports were found for a dashboard and its servers: stop the programs that use them."
    )


def taken_ports(layout: FleetLayout) -> list[int]:
    """List the ports of a layout that another program listens on."""
    numbers = [layout.port, *(port for entry in SERVERS for port in layout.ports_of(entry))]
    return [number for number in numbers if ports.why_taken(layout.host, number)]
