"""The demonstration starts a whole fleet: it needs the same place as the fleet's own tests."""

from tests.fleet.conftest import place

__all__ = ["place"]
