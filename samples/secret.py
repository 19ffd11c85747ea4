"""The shop's SECRET_KEY: drawn on the first start and kept beside its database.

All workers of all servers read the same file, so that a session begun on one is valid on the next.
"""

import contextlib
import os
import secrets
from pathlib import Path


def secret_key(path: Path) -> str:
    """Return the key kept in `path`; when there is none, draw one and keep it, readable by the owner only."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        # A link appears complete or not at all, and the first of several starting workers wins.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()
