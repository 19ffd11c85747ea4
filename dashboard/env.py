"""Reads settings from the environment and the data folder, and says clearly what is wrong with them.

Only `settings.py` calls this, so a mistake stops the start with one line instead of a traceback later.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from dashboard.lib.kept_secret import kept_secret
from dashboard.lib.public_url import public_url

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})
OTLP_PORTS = (4318, 4317)
SERVER_SCHEMES = ("http", "https", "redis")


def flag(name: str, *, default: bool) -> bool:
    """Read a yes/no setting. Raises ImproperlyConfigured for any other word."""
    word = os.environ.get(name)
    if word is None:
        return default
    if word.strip().lower() in TRUE_WORDS:
        return True
    if word.strip().lower() in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name}={word!r}: expected 1 or 0 (also true/false, yes/no, on/off).")


def names(name: str) -> list[str]:
    """Read a comma-separated list; empty when the variable is not set."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def redis_url() -> str:
    """Read the URL of Redis; empty when none is configured. Raises ImproperlyConfigured for a URL of another kind."""
    url = os.environ.get("REDIS_URL", "").strip()
    if url and not _is_redis(url):
        raise ImproperlyConfigured(
            f"REDIS_URL={public_url(url)!r}: expected redis://HOST:PORT/DB (also rediss:// or unix://). "
            "Unset it to run with memory alone."
        )
    return url


def _is_redis(url: str) -> bool:
    try:
        scheme, port = urlsplit(url).scheme, urlsplit(url).port
    except ValueError:
        return False
    return scheme in {"redis", "rediss", "unix"} and port != 0


def remote_servers() -> dict[str, str]:
    """Read the base URLs of servers that run elsewhere, by name. Raises ImproperlyConfigured for anything else.

    Whether there are such servers is for the fleet's system check to say.
    """
    return dict(_remote_server(word) for word in names("GATESCOPE_SERVERS"))


def _remote_server(word: str) -> tuple[str, str]:
    name, _, url = word.partition("=")
    if not name or not any(_is_base_url(url, scheme) for scheme in SERVER_SCHEMES):
        raise ImproperlyConfigured(
            f"GATESCOPE_SERVERS has {public_url(word)[:80]!r}: expected NAME=http://HOST:PORT (or https://, "
            "redis://), separated by commas. Unset it to have the dashboard start its servers itself."
        )
    return name, url.rstrip("/")


def addresses(name: str) -> list[tuple[str, int]]:
    """Read hosts and ports, separated by commas. Raises ImproperlyConfigured for anything else."""
    return [_address(name, word) for word in names(name)]


def _address(name: str, word: str) -> tuple[str, int]:
    if not _is_base_url(f"http://{word}", "http"):
        raise ImproperlyConfigured(f"{name} has {public_url(word)[:80]!r}: expected HOST:PORT.")
    host, _, port = word.rstrip("/").rpartition(":")
    return host, int(port)


def _is_base_url(url: str, scheme: str) -> bool:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = f"{scheme}://{parts.netloc}" == url.rstrip("/") and "@" not in parts.netloc
    return plain and bool(host) and bool(port)


def otlp_ports() -> tuple[int, int] | None:
    """Read the ports of OTLP/HTTP and OTLP/gRPC; None for no such ports. Raises ImproperlyConfigured."""
    text = os.environ.get("GATESCOPE_OTLP_PORTS", "").strip().lower()
    if not text:
        return OTLP_PORTS
    if text in FALSE_WORDS:
        return None
    words = [word.strip() for word in text.split(",")]
    if len(words) != len(OTLP_PORTS) or not all(_is_base_url(f"http://h:{word}", "http") for word in words):
        raise ImproperlyConfigured(f"GATESCOPE_OTLP_PORTS={text[:80]!r}: expected HTTP,GRPC such as 4318,4317, or 0.")
    http, grpc = map(int, words)
    return http, grpc


def forward_url() -> str:
    """Read the URL of an OTLP/HTTP backend; "" for none. Raises ImproperlyConfigured for anything else."""
    url = os.environ.get("GATESCOPE_FORWARD", "").strip()
    parts = urlsplit(url)
    if url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise ImproperlyConfigured("GATESCOPE_FORWARD: expected the URL of an OTLP/HTTP backend: http://HOST:4318.")
    return url


def origins(name: str) -> list[str]:
    """Read origins of web pages, separated by commas. Raises ImproperlyConfigured for anything else."""
    found = names(name)
    for word in found:
        if not _is_origin(word):
            raise ImproperlyConfigured(
                f"{name} has {public_url(word)[:80]!r}: expected origins such as https://shop.example."
            )
    return found


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    is_plain = text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc and port != 0
    return is_plain and parts.scheme in {"http", "https"} and bool(parts.hostname)


def database(default: str) -> dict[str, Any]:
    """Return the setting of the database in DATABASE_URL. Raises ImproperlyConfigured when it cannot be read."""
    try:
        return {**dj_database_url.config(default=default)}
    except ValueError as error:
        # The URL may hold a password, so it is not repeated.
        raise ImproperlyConfigured(
            "DATABASE_URL cannot be read: expected a URL such as sqlite:////tmp/gatescope.sqlite3 or "
            "postgres://USER:PASSWORD@HOST:PORT/NAME. Unset it to keep runs in SQLite."
        ) from error


def data_folder(default: Path) -> Path:
    """Return the folder for databases and the secret key, and make it on first use. Raises ImproperlyConfigured."""
    folder = Path(os.environ.get("GATESCOPE_DATA") or default).expanduser()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data folder {str(folder)!r} cannot be made ({error.strerror}): name one that you may write to with "
            "GATESCOPE_DATA."
        ) from error
    return folder


def secret_key(folder: Path) -> str:
    """Return the key of this installation, made on first start and readable by its owner alone.

    Raises ImproperlyConfigured.
    """
    return kept_secret(folder / "secret_key", "SECRET_KEY")
