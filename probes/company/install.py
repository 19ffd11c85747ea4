"""What is patched outside Django, and after the import of which module."""

import functools
import threading

from ..failsafe import harmless
from ..patches import apply
from . import celery, clients, django_tasks
from .imports import Installer, watch

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
    waiting: dict[str, Installer] = {
        name: functools.partial(apply, patches) for name, patches in clients.PATCHES.items()
    }
    for package in django_tasks.PACKAGES:
        waiting[f"{package}.base"] = functools.partial(django_tasks.observe_sending, package)
        waiting[f"{package}.signals"] = functools.partial(django_tasks.listen, package)
    watch({**waiting, "celery": celery.observe})
