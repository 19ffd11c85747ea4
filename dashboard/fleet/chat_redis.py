"""The Redis of the chat: its password, and the configuration that holds it.

The password is drawn once and kept in Redis's folder; on a command line everybody on the machine could read it.
"""

import secrets
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

from dashboard.lib.private_file import write_private

USER = "redis"
"""As whom it runs when root starts it; Debian's package makes this user."""
CONFIGURATION = "redis.conf"
CONFIGURATION_PATH = f"/proc/self/cwd/{CONFIGURATION}" if sys.platform == "linux" else CONFIGURATION
"""Redis looks for its file by an absolute path; the folders above its own may be closed to its user."""
PASSWORD = "password"  # noqa: S105 -- the name of a file
FORBIDDEN = ("CONFIG", "DEBUG", "MODULE", "SHUTDOWN", "SLAVEOF", "REPLICAOF", "MIGRATE", "SAVE", "BGSAVE")
"""Commands by which a client could reach beyond the chat: to files, code and other machines."""


def ensure_password(folder: Path) -> str:
    """Return the password of the Redis in this folder, drawn on the first call. Raises OSError."""
    path = folder / PASSWORD
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, secrets.token_urlsafe(24).encode())
    return path.read_text()


def with_password(url: str, password: str) -> str:
    """Return the URL of a Redis with its password in it."""
    return url.replace("://", f"://:{quote(password, safe='')}@", 1)


def password_in(url: str) -> str:
    """Return the password in the URL of a Redis; "" when there is none."""
    return urlsplit(url).password or ""


def write_configuration(folder: Path, host: str, port: int, password: str) -> None:
    """Write Redis's configuration into `folder`. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        "# Made by Gatescope at each start; changes are lost.",
        f"bind {host}",
        f"port {port}",
        "protected-mode yes",
        f'requirepass "{password}"',
        'save ""',
        "appendonly no",
        "dir ./",
        *(f'rename-command {command} ""' for command in FORBIDDEN),
    ]
    write_private(folder / CONFIGURATION, "".join(f"{line}\n" for line in lines).encode())
