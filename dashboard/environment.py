"""Reads settings from the environment and the data folder, and says clearly what is wrong with them.

Only `settings.py` calls this, so a mistake stops the start with one line instead of a traceback later.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


def flag(name: str, *, default: bool) -> bool:
    """A yes/no setting. Raises ImproperlyConfigured for any other word."""
    word = os.environ.get(name)
    if word is None:
        return default
    if word.strip().lower() in TRUE_WORDS:
        return True
    if word.strip().lower() in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name}={word!r}: expected 1 or 0 (also true/false, yes/no, on/off).")


def names(name: str) -> list[str]:
    """A comma-separated list; empty when the variable is not set."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def redis_url() -> str:
    """The URL of Redis, or "" when none is configured. Raises ImproperlyConfigured for a URL of another kind."""
    url = os.environ.get("REDIS_URL", "").strip()
    if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(
            f"REDIS_URL={url!r}: expected redis://HOST:PORT/DB (also rediss:// or unix://). "
            "Unset it to run with memory alone."
        )
    return url


def data_folder(default: Path) -> Path:
    """The folder for databases and the secret key, made on first use."""
    folder = Path(os.environ.get("GATESCOPE_DATA") or default).expanduser()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"GATESCOPE_DATA={str(folder)!r} cannot be made ({error.strerror}): name a folder that you may write to."
        ) from error
    return folder


def secret_key(folder: Path) -> str:
    """The key of this installation, made on first start and readable by its owner alone."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = folder / "secret_key"
    try:
        # Written under a name of its own and linked into place: two first starts at once agree on one whole key.
        draft = folder / f"secret_key.{os.getpid()}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    except OSError as error:
        if not path.exists():
            raise ImproperlyConfigured(f"{path} cannot be written ({error.strerror}): set SECRET_KEY.") from error
    return path.read_text().strip()
