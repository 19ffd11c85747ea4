"""The users that programs of the system run as when root started the dashboard: never root, and with no capability.

mod_wsgi refuses to serve as root, and nothing that faces clients should. What such a program reads and writes is
given to its user, and it runs in its own folder, so the folders above need not let it in. Apache alone has to read
the project and its packages, too. Where these are closed to others, as in root's home, it keeps one capability: to
read any file, and to write none but its own. Without it either the folders would have to be opened to everybody, or
there would be no Apache.
"""

import os
import pwd
import shutil
from collections.abc import Iterable
from pathlib import Path

NOBODY = 65_534


def prefix(user: str, reads: Iterable[Path] = ()) -> tuple[str, ...]:
    """Return what to put before a command line to run it as `user`; nothing where an ordinary user runs it.

    `reads` are files and folders that it has to read beside its own.
    """
    if os.geteuid() != 0:
        return ()
    uid, gid = _ids(user)
    kept = "-all" if all(_is_open(path, uid, gid) for path in reads) else "-all,+dac_read_search"
    return (
        *("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", "--no-new-privs"),
        *(f"--bounding-set={kept}", f"--inh-caps={kept}", f"--ambient-caps={kept}"),
        # The kernel forgets that signal when the user changes.
        "--pdeathsig=TERM",
    )


def why_absent() -> str:
    """Say in one sentence why a program cannot be run as another user here; return "" when it can."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "As root it needs setpriv, which is not installed. To install it: apt-get install util-linux"
    return ""


def give(folder: Path, user: str) -> None:
    """Give a folder and all in it to the user that a program will run as, and let it in. Raises OSError."""
    if os.geteuid() != 0:
        return
    uid, gid = _ids(user)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, gid, follow_symlinks=False)
    # Through the data folder, and no more: what else is in it cannot be listed, and becomes its owner's alone.
    data = folder.parent
    for path in data.iterdir():
        if path.is_file() and not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    os.chown(data, -1, gid)
    data.chmod(data.stat().st_mode | 0o010)


def give_output(descriptor: int) -> None:
    """Let a program that will not run as root open its own standard output by name, as Apache does."""
    if os.geteuid() == 0:
        os.fchown(descriptor, NOBODY, NOBODY)


def _ids(user: str) -> tuple[int, int]:
    """Return the user's ids, or nobody's where there is no such user."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        return NOBODY, NOBODY
    return entry.pw_uid, entry.pw_gid


def _is_open(path: Path, uid: int, gid: int) -> bool:
    """Return whether this user may read a file or enter a folder, and all folders above it."""
    try:
        return _may(path, uid, gid, os.R_OK) and all(_may(above, uid, gid, os.X_OK) for above in path.parents)
    except OSError:
        return False


def _may(path: Path, uid: int, gid: int, wanted: int) -> bool:
    status = path.stat()
    shift = 6 if status.st_uid == uid else 3 if status.st_gid == gid else 0
    return bool(status.st_mode >> shift & wanted)
