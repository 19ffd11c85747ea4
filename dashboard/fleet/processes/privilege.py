"""As whom a web server of the system runs: never as root, also when root started the dashboard."""

import os
import shutil

NOBODY = 65_534


def as_ordinary_user() -> tuple[str, ...]:
    """What stands before a web server's command line when root runs it; nothing for an ordinary user.

    mod_wsgi refuses to serve as root, nothing that faces clients should, and another user can read neither a project
    in root's home nor the data folder. So it runs as nobody with one privilege of root's: to read and write files
    whoever owns them.
    """
    if os.geteuid() != 0:
        return ()
    return (
        *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
        *("--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"),
    )


def why_absent() -> str:
    """Why a server cannot be run as an ordinary user here, in one sentence; empty when it can."""
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        return "As root it needs setpriv, which is not installed. To install it: apt-get install util-linux"
    return ""
