"""A dashboard that other machines can reach."""

from collections.abc import Callable

import pytest
from django.test import AsyncClient

from dashboard.access.keys import PRESENTER, Keys, new_member
from dashboard.access.permissions import Role
from dashboard.access.roles import COOKIE
from dashboard.access.throttle import LoginThrottle
from dashboard.services import access

KEYS = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> Keys:
    """The dashboard is reachable from other machines."""
    monkeypatch.setattr(access, "keys", KEYS)
    monkeypatch.setattr(access, "throttle", LoginThrottle())
    return KEYS


@pytest.fixture
def client_with(guarded: Keys) -> Callable[[Role], AsyncClient]:
    """Makes a browser that has joined in a role."""

    def make(role: Role) -> AsyncClient:
        client = AsyncClient()
        if role:
            client.cookies[COOKIE] = guarded.cookie(PRESENTER if role == "presenter" else new_member())
        return client

    return make
