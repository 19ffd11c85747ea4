"""The stage `signal`: Django tells the receivers of a signal, each sync or async.

A sync receiver of a signal sent on the loop costs a thread; that crossing stands inside this stage.
"""

import functools
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from django.db.models.signals import post_init, pre_init
from django.dispatch import Signal

from .. import attributes
from ..failsafe import harmless
from ..recording import Attributes
from ..stage_kinds import SIGNAL
from ..stages import is_recording, stage

TOO_MANY = (pre_init, post_init)
"""Sent for every row that becomes an object: stages for them would bury the others."""

NAMES_REMEMBERED = 512

NOT_SHOWN: Attributes = {}
"""What describes a signal that is not to be shown."""


def observe(send: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Signal.send` or `Signal.send_robust`."""

    @functools.wraps(send)
    def observed(self: Signal, sender: Any, **named: Any) -> Any:
        described = _described(self, sender)
        if not described:
            return send(self, sender, **named)
        with stage(SIGNAL, name_of(self), described):
            return send(self, sender, **named)

    return observed


def observe_async(send: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `Signal.asend` or `Signal.asend_robust`."""

    @functools.wraps(send)
    async def observed(self: Signal, sender: Any, **named: Any) -> Any:
        described = _described(self, sender)
        if not described:
            return await send(self, sender, **named)
        with stage(SIGNAL, name_of(self), described):
            return await send(self, sender, **named)

    return observed


@harmless(NOT_SHOWN)
def _described(signal: Signal, sender: Any) -> Attributes:
    """Count the receivers that will be called; nothing when no stage is to be shown."""
    if not signal.receivers or signal in TOO_MANY or not is_recording():
        return NOT_SHOWN
    sync, asynchronous = signal._live_receivers(sender)  # noqa: SLF001 - the only place that knows the living
    if not sync and not asynchronous:
        return NOT_SHOWN
    return {
        attributes.RECEIVERS: len(sync) + len(asynchronous),
        attributes.SYNC_RECEIVERS: len(sync),
        attributes.ASYNC_RECEIVERS: len(asynchronous),
    }


@harmless("signal")
def name_of(signal: Signal) -> str:
    """Return the variable that holds a signal, e.g. "request_started"; a Signal does not know its name."""
    return _found_name(signal)


@functools.lru_cache(maxsize=NAMES_REMEMBERED)
def _found_name(signal: Signal) -> str:
    for path, module in list(sys.modules.items()):
        if "signal" in path:
            for name, value in list(vars(module).items()):
                if value is signal:
                    return name
    return "signal"
