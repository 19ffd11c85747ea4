"""What the tests of pages share."""

import pytest
from django.test import AsyncClient

from dashboard.access.keys import Keys, new_member
from dashboard.access.roles import COOKIE
from dashboard.access.throttle import LoginThrottle
from dashboard.services import access


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch) -> AsyncClient:
    """A class member's browser at a dashboard that others can reach."""
    keys = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")
    monkeypatch.setattr(access, "keys", keys)
    monkeypatch.setattr(access, "throttle", LoginThrottle())
    client = AsyncClient()
    client.cookies[COOKIE] = keys.cookie(new_member())
    return client
