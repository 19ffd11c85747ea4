"""The loop that runs the calling code: of asyncio, of trio, or the hub of gevent, to which its greenlets return.

A library that nobody has imported runs nothing, so none is imported here.
"""

from __future__ import annotations

import sys
from asyncio import _get_running_loop


def running_loop() -> object | None:
    """Return the running loop, an object that lives as long as the loop does; None outside of one.

    In a greenlet it is the hub: asyncio knows one loop a thread, which may be that of another greenlet.
    """
    if "gevent.hub" in sys.modules and (hub := hub_of_gevent()) is not None:
        return hub
    loop = _get_running_loop()
    return _token_of_trio() if loop is None and "trio" in sys.modules else loop


def hub_of_gevent() -> object | None:
    """Return the hub of the calling greenlet; None outside of one, as in a thread that gevent does not run."""
    module = sys.modules.get("gevent.hub")
    if module is None or not hasattr(module, "Hub"):
        return None
    around = module.getcurrent().parent
    while around is not None and not isinstance(around, module.Hub):
        around = around.parent
    return around


def _token_of_trio() -> object | None:
    module = sys.modules.get("trio")
    lowlevel = getattr(module, "lowlevel", None)
    if lowlevel is None or not lowlevel.in_trio_run():
        return None
    token: object = lowlevel.current_trio_token()
    return token
