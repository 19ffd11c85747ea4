"""What is said of what went wrong: no secret, once, and newly when it is something else."""

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from redis.exceptions import AuthenticationError

from dashboard.env import redis_url
from dashboard.live.hub import Hub
from dashboard.live.limits import HubLimits
from dashboard.live.peers import PeerLink

URL = "redis://:gehe/im@host:6379/0"


def test_a_redis_url_that_cannot_be_read_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:gehe/im@host:0/0")
    monkeypatch.setattr("dashboard.env._is_redis", lambda _url: False)
    with pytest.raises(ImproperlyConfigured) as refused:
        redis_url()
    assert "gehe" not in str(refused.value)
    assert "redis://…@host:0/0" in str(refused.value)


def test_redis_is_told_of_once_and_again_when_the_cause_is_another(caplog: pytest.LogCaptureFixture) -> None:
    hub, told = Hub(), list[str]()
    link = PeerLink(
        hub.id,
        hub.store,
        hub.ledger,
        hub.liveness,
        HubLimits(),
        ownership=hub.ownership,
        absorb=lambda *_: None,
        notify=told.append,
    )
    with caplog.at_level(logging.WARNING):
        for error in (
            OSError("gone"),
            TimeoutError(),
            AuthenticationError("no"),
            AuthenticationError("no"),
            OSError(),
        ):
            link._report_away(URL, ExceptionGroup("", [error]))
    assert [line.split(":")[2].split(" (")[0] for line in told] == [
        "6379/0 does not answer",
        "6379/0 rejects the user or the password of REDIS_URL",
        "6379/0 does not answer",
    ]
    assert len(caplog.records) == 3
    assert "gehe" not in caplog.text + "".join(told)
