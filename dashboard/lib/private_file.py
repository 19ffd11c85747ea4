"""Files that only their owner can read, from their first moment on."""

import os
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Write a file anew. Nothing that stands there is followed: the folder may be another user's. Raises OSError."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
