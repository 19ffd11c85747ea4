"""The stage `signal`: Django calls the receivers of a signal, each of them sync or async.

A sync receiver of a signal that is sent on the loop needs a thread; that crossing appears inside this stage.
"""

import functools
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import markcoroutinefunction
from django.db.models.signals import post_init, pre_init
from django.dispatch import Signal

from .. import attributes
from ..failsafe import harmless
from ..stage_kinds import StageKind
from ..stages import is_recording, stage
from ..types import Attributes

SIGNAL = StageKind("signal")

TOO_MANY = (pre_init, post_init)
"""Sent for every row that becomes an object: their stages would bury the others."""

NAMES_REMEMBERED = 512

NOT_RECORDED: Attributes = {}
"""The description of a signal that gets no stage."""


def observe(send: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Signal.send` or `Signal.send_robust`."""

    @functools.wraps(send)
    def wrapper(self: Signal, sender: Any, **named: Any) -> Any:
        __traceback_hide__ = True
        described = _describe(self, sender)
        if not described:
            return send(self, sender, **named)
        with stage(SIGNAL, variable_name(self), described):
            return send(self, sender, **named)

    return wrapper


def observe_async(send: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Wrap `Signal.asend` or `Signal.asend_robust`."""

    async def send_inside(self: Signal, sender: Any, named: dict[str, Any], described: Attributes) -> Any:
        __traceback_hide__ = True
        with stage(SIGNAL, variable_name(self), described):
            return await send(self, sender, **named)

    @functools.wraps(send)
    def wrapper(self: Signal, sender: Any, **named: Any) -> Awaitable[Any]:
        __traceback_hide__ = True
        described = _describe(self, sender)
        return send_inside(self, sender, named, described) if described else send(self, sender, **named)

    return markcoroutinefunction(wrapper)


@harmless(NOT_RECORDED)
def _describe(signal: Signal, sender: Any) -> Attributes:
    """Return the counts of the receivers that will be called, {} if the signal gets no stage."""
    if not signal.receivers or signal in TOO_MANY or not is_recording():
        return NOT_RECORDED
    sync, asynchronous = signal._live_receivers(sender)  # noqa: SLF001 - the only place that knows which are alive
    if not sync and not asynchronous:
        return NOT_RECORDED
    return {
        attributes.RECEIVERS: len(sync) + len(asynchronous),
        attributes.SYNC_RECEIVERS: len(sync),
        attributes.ASYNC_RECEIVERS: len(asynchronous),
    }


@harmless("signal")
def variable_name(signal: Signal) -> str:
    """Return the name of the variable that holds a signal, such as "request_started": a Signal has no name itself."""
    return _find_name(signal)


@functools.lru_cache(maxsize=NAMES_REMEMBERED)
def _find_name(signal: Signal) -> str:
    for path, module in list(sys.modules.items()):
        if "signal" in path:
            for name, value in list(vars(module).items()):
                if value is signal:
                    return name
    return "signal"
