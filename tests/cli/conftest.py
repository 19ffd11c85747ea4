"""The demonstration starts a whole fleet: it needs the same layout as the fleet's own tests."""

from tests.fleet.conftest import layout

__all__ = ["layout"]
