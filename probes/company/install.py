"""What is patched outside Django, and after the import of which module."""

import functools
import threading

from ..failsafe import harmless
from ..patches import apply
from . import celery, clients
from .imports import watch

_lock = threading.Lock()
_installed = False


@harmless(None)
def install() -> None:
    """Observe the libraries that are imported, and those that will be; a second call changes nothing."""
    global _installed  # noqa: PLW0603 - once a process
    if _installed:
        return
    with _lock:
        if _installed:
            return
        _installed = True
    waiting = {name: functools.partial(apply, patches) for name, patches in clients.PATCHES.items()}
    watch({**waiting, "celery": celery.observe})
