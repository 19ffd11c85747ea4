"""Secrets that are drawn once and kept in the data folder, readable by their owner alone."""

import os
import secrets
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BYTES = 50
"""Of randomness, in 67 letters, digits, dashes and underscores; Django wants a SECRET_KEY of 50 characters."""


def kept_secret(path: Path, variable: str, max_age_s: float | None = None) -> str:
    """Return the value of an environment variable; if it is not set, the secret in the file, drawn at the first call.

    One that was drawn more than `max_age_s` ago is drawn again. Raise ImproperlyConfigured for a file that cannot be
    used.
    """
    if given := os.environ.get(variable):
        return given
    try:
        if max_age_s is not None and path.exists() and time.time() - path.stat().st_mtime > max_age_s:
            path.unlink()
        if not path.exists():
            _draw(path)
        secret = path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be used ({error.strerror}): name a folder that you may write to with GATESCOPE_DATA, "
            f"or set {variable}."
        ) from error
    if not secret:
        raise ImproperlyConfigured(f"{path} is empty: delete it, and the next start makes a new key.")
    return secret


def _draw(path: Path) -> None:
    # Written under a name of its own and linked into place: two first starts at once agree on one whole key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
