"""Guessing slows down guessing, and nobody else: not the senders, not the presenter, not who has joined."""

from typing import Any

import pytest
from django.test import AsyncClient

from dashboard.access.keys import Keys, new_member
from dashboard.access.roles import COOKIE
from dashboard.access.sending import why_refused
from dashboard.access.throttle import LoginThrottle
from dashboard.services import access

KEYS = Keys("the-presenters-token", "K7M4QX", "the-key-for-sending")
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "keys", KEYS)
    monkeypatch.setattr(access, "throttle", LoginThrottle())


def guess(times: int) -> None:
    for _ in range(times):
        access.throttle.record_failure()


def sender(key: str) -> Any:
    headers = [(b"host", b"192.0.2.7"), (b"authorization", f"Bearer {key}".encode())]
    return {"type": "http", "headers": headers, "client": ("198.51.100.1", 1), "server": ("192.0.2.7", 8000)}


async def test_while_a_class_mistypes_every_right_key_is_taken_at_once() -> None:
    guess(100)
    # So many tries wait already that every further one is refused.
    access.throttle._next_turn = access.throttle._clock() + 1_000
    assert (await AsyncClient().get("/join", {"code": KEYS.join_code})).status_code == 429
    assert not any(why_refused(access, sender(key)) for key in [KEYS.send_key, KEYS.token] * 1_000)
    token = {"authorization": f"Bearer {KEYS.token}"}
    assert (await AsyncClient().get("/fleet", headers=JSON | token)).status_code == 200
    assert (await AsyncClient().get("/join", {"code": KEYS.token})).status_code == 302
    member = AsyncClient()
    member.cookies[COOKIE] = KEYS.cookie(new_member())
    assert (await member.get("/fleet", headers=JSON)).status_code == 200


async def test_a_wrong_long_key_slows_down_nobody() -> None:
    assert all(why_refused(access, sender("wrong-but-long-enough")) for _ in range(1_000))
    assert not access.throttle.is_active()


async def test_whoever_cannot_be_answered_soon_is_told_when() -> None:
    guess(LoginThrottle.FREE_FAILURES)
    access.throttle._next_turn = access.throttle._clock() + LoginThrottle.LONGEST_WAIT_S + 5
    answer = await AsyncClient().get("/join", {"code": KEYS.join_code})
    assert answer.status_code == 429
    assert LoginThrottle.LONGEST_WAIT_S < int(answer["retry-after"]) <= LoginThrottle.LONGEST_WAIT_S + 5
