"""Where a dashboard and its fleet find room, and which of their ports are taken."""

import socket

import pytest

from dashboard.fleet import free_ports
from dashboard.fleet.errors import ConfigurationError
from dashboard.fleet.layout import FleetLayout
from dashboard.fleet.table import SERVERS


def test_a_port_that_another_program_listens_on_is_taken(layout: FleetLayout) -> None:
    port = layout.port_of(SERVERS[0])
    with socket.create_server(("127.0.0.1", port)):
        assert free_ports.taken_ports(layout) == [port]
    assert free_ports.taken_ports(layout) == []


def test_the_first_layout_without_a_taken_port_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_ports, "taken_ports", lambda layout: [layout.port] if layout.port < 8800 else [])
    assert free_ports.find_free_layout().port == 8884


def test_no_free_ports_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_ports, "taken_ports", lambda layout: [layout.port])
    with pytest.raises(ConfigurationError, match="No free ports were found for a dashboard and its servers"):
        free_ports.find_free_layout()


def test_the_ports_of_two_layouts_in_a_row_do_not_meet() -> None:
    first, second = FleetLayout(port=8000), FleetLayout(port=8000 + free_ports.PORT_STEP)
    ports = [{layout.port, *(port for one in SERVERS for port in layout.ports_of(one))} for layout in (first, second)]
    assert not ports[0] & ports[1]
