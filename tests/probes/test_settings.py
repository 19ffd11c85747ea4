"""Settings come from the environment; what cannot be used is named and replaced."""

import pytest

from probes.settings import DEFAULTS, read_settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == DEFAULTS


def test_every_setting_is_read() -> None:
    settings = read_settings(
        {
            "GATESCOPE_ENDPOINT": "https://watch.example:4318/v1/traces",
            "GATESCOPE_SEND_KEY": "mine",
            "GATESCOPE_TOKEN": "the presenter's",
            "GATESCOPE_DISABLED": "1",
            "GATESCOPE_SOURCE": "0",
            "GATESCOPE_BUDGET": "100",
            "GATESCOPE_QUEUE": "64",
            "GATESCOPE_TICK_MS": "50",
            "GATESCOPE_SENDER_PERCENT": "25",
            "GATESCOPE_REEXPORT": "1",
        }
    )
    assert settings.endpoint == "https://watch.example:4318/v1/traces"
    assert settings.send_key == "mine"
    assert settings.disabled
    assert not settings.source
    assert (settings.budget, settings.queue_size, settings.tick_ms) == (100, 64, 50)
    assert settings.sender_percent == 25
    assert settings.reexport


def test_a_password_in_an_endpoint_that_cannot_be_used_is_not_said(caplog: pytest.LogCaptureFixture) -> None:
    assert read_settings({"GATESCOPE_ENDPOINT": "ftp://me:hunter2@host/x"}).endpoint == DEFAULTS.endpoint
    assert "hunter2" not in caplog.text
    assert "ftp://…@host/x" in caplog.text


def test_the_presenters_token_sends_where_there_is_no_key_for_sending() -> None:
    assert read_settings({"GATESCOPE_TOKEN": "mine"}).send_key == "mine"


def test_opentelemetrys_own_switch_disables_too() -> None:
    assert read_settings({"OTEL_SDK_DISABLED": "true"}).disabled


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATESCOPE_ENDPOINT", "127.0.0.1:8000"),
        ("GATESCOPE_SENDER_PERCENT", "0"),
        ("GATESCOPE_SENDER_PERCENT", "101"),
        ("GATESCOPE_REEXPORT", "perhaps"),
        ("GATESCOPE_ENDPOINT", "ftp://127.0.0.1/v1/traces"),
        ("GATESCOPE_ENDPOINT", "http://127.0.0.1:99999/v1/traces"),
        ("GATESCOPE_DISABLED", "perhaps"),
        ("GATESCOPE_BUDGET", "0"),
        ("GATESCOPE_BUDGET", "-1"),
        ("GATESCOPE_QUEUE", "many"),
        ("GATESCOPE_TICK_MS", "2.5"),
    ],
)
def test_a_bad_value_is_named_and_the_default_used(name: str, value: str, caplog: pytest.LogCaptureFixture) -> None:
    assert read_settings({name: value}) == DEFAULTS
    (line,) = caplog.messages
    assert name in line
    assert value in line
    assert "expected" in line or "range" in line


@pytest.mark.parametrize("value", ["secret\r\nb: c", "secreté"])
def test_a_bad_token_is_ignored_and_not_said(value: str, caplog: pytest.LogCaptureFixture) -> None:
    assert read_settings({"GATESCOPE_TOKEN": value}) == DEFAULTS
    (line,) = caplog.messages
    assert "GATESCOPE_TOKEN" in line
    assert "secret" not in line
