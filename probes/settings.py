"""The instrument's settings from environment variables, read once when the first request arrives.

An invalid value is named in one log line and replaced by its default: a wrong setting of the instrument must not stop
the observed application.
"""

import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

logger = logging.getLogger("gatescope")

Value = TypeVar("Value")

TRACES_PATH = "/v1/traces"
USERINFO = re.compile(r"://\S*@")
DEFAULT_ENDPOINT = "http://127.0.0.1:8484/v1/traces"


@dataclass(frozen=True, slots=True)
class Settings:
    """The instrument's settings and their defaults."""

    endpoint: str = DEFAULT_ENDPOINT
    """Where spans are posted (OTLP/HTTP, protobuf). ``GATESCOPE_ENDPOINT``"""
    send_key: str = ""
    """The dashboard's key for sending, required of spans from another machine. ``GATESCOPE_SEND_KEY``; else the
    presenter's ``GATESCOPE_TOKEN``, which sends as well"""
    service: str = ""
    """The application's name where OpenTelemetry's variables give it none. ``GATESCOPE_SERVICE``"""
    disabled: bool = False
    """True switches every probe off. ``GATESCOPE_DISABLED=1``, ``OTEL_SDK_DISABLED=true``"""
    source: bool = True
    """False sends neither the code of views, middlewares and consumers nor their lines. ``GATESCOPE_SOURCE=0``"""
    budget: int = 10_000
    """Spans per second and process before requests are reduced; bursts may take four seconds' worth at once.
    ``GATESCOPE_BUDGET``"""
    queue_size: int = 8_192
    """Ended spans that may wait to be sent; beyond it the oldest is dropped. ``GATESCOPE_QUEUE``"""
    tick_ms: int = 25
    """Milliseconds for which spans are gathered into one message. ``GATESCOPE_TICK_MS``"""
    sender_percent: int = 10
    """Percent of one core that the thread which sends may take. ``GATESCOPE_SENDER_PERCENT``"""
    reexport: bool = False
    """True hands ended stages to the span processors of the application's own OpenTelemetry.
    ``GATESCOPE_REEXPORT=1``"""


DEFAULTS = Settings()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environment`` (default: ``os.environ``)."""
    given = os.environ if environment is None else environment
    return Settings(
        endpoint=_read(given, "GATESCOPE_ENDPOINT", DEFAULTS.endpoint, _endpoint),
        send_key=_read(given, "GATESCOPE_SEND_KEY", DEFAULTS.send_key, _key)
        or _read(given, "GATESCOPE_TOKEN", DEFAULTS.send_key, _key),
        service=given.get("GATESCOPE_SERVICE", DEFAULTS.service).strip(),
        disabled=is_disabled(given),
        source=_read(given, "GATESCOPE_SOURCE", DEFAULTS.source, _switch),
        budget=_read(given, "GATESCOPE_BUDGET", DEFAULTS.budget, _at_least_one),
        queue_size=_read(given, "GATESCOPE_QUEUE", DEFAULTS.queue_size, _at_least_one),
        tick_ms=_read(given, "GATESCOPE_TICK_MS", DEFAULTS.tick_ms, _at_least_one),
        sender_percent=_read(given, "GATESCOPE_SENDER_PERCENT", DEFAULTS.sender_percent, _percent),
        reexport=_read(given, "GATESCOPE_REEXPORT", DEFAULTS.reexport, _switch),
    )


def is_disabled(environment: Mapping[str, str] | None = None) -> bool:
    """Return whether ``environment`` (default: ``os.environ``) switches every probe off."""
    given = os.environ if environment is None else environment
    disabled, sdk_disabled = (
        _read(given, name, DEFAULTS.disabled, _switch) for name in ("GATESCOPE_DISABLED", "OTEL_SDK_DISABLED")
    )
    return disabled or sdk_disabled


def _read(given: Mapping[str, str], name: str, default: Value, parse: Callable[[str], Value]) -> Value:
    text = given.get(name, "").strip()
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as problem:
        # Logs have many readers.
        shown = "…" if parse is _key else USERINFO.sub("://…@", text)
        logger.warning("%s=%r is ignored: %s. Using %r.", name, shown, problem, default)
        return default


def _endpoint(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected a URL such as http://127.0.0.1:8484/v1/traces")
    if parts.port == 0:
        raise ValueError("expected a port from 1 to 65535")
    # As OpenTelemetry's own endpoint is written: the path of the signal is added.
    return text.rstrip("/") + TRACES_PATH if parts.path in {"", "/"} and not parts.query else text


def _key(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("expected printable ASCII, since a header can carry nothing else")
    return text


def _switch(text: str) -> bool:
    word = text.lower()
    if word not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
        raise ValueError("expected 1 or 0")
    return word in {"1", "true", "yes", "on"}


def _at_least_one(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise ValueError("expected a whole number of at least 1")
    return number


def _percent(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 100:  # noqa: PLR2004
        raise ValueError("expected a whole number from 1 to 100")
    return number
