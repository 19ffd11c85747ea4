"""The demonstration starts a whole fleet: it needs the same place as the fleet's own tests."""

from tests.fleet.conftest import place as place
