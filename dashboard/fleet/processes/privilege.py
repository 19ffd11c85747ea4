"""The user that system web servers run as: never root, even if the dashboard does."""

import os
import shutil

NOBODY = 65_534


def as_ordinary_user() -> tuple[str, ...]:
    """Return the prefix of a web server's command line for when root runs it; empty for an ordinary user.

    mod_wsgi refuses to serve as root, nothing that faces clients should, and another user can read neither a project
    in root's home nor the data folder. So it runs as nobody, with one privilege of root: to read and write any
    file, whoever owns it.
    """
    if os.geteuid() != 0:
        return ()
    return (
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"),
    )


def why_absent() -> str:
    """Say in one sentence why a server cannot be run as an ordinary user here; return "" when it can."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "As root it needs setpriv, which is not installed. To install it: apt-get install util-linux"
    return ""
