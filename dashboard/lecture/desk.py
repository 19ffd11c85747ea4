"""Holds the state of the lecture: read from the database once, written at each change, told to all windows."""

from collections.abc import Callable, Mapping

import msgspec
from asgiref.sync import sync_to_async

from dashboard.lecture.models import Lecture
from dashboard.lecture.state import LectureState, change, from_json

ONLY = 1
PASSING = {"pointer"}
"""What changes many times a second and is worth nothing after a restart, so it is not written."""


class LectureDesk:
    """`show` is called with each new state."""

    def __init__(self, show: Callable[[LectureState], None]) -> None:
        self._show = show
        self._state: LectureState | None = None

    async def state(self) -> LectureState:
        """Return the state as it is."""
        if self._state is None:
            kept = await Lecture.objects.filter(pk=ONLY).afirst()
            # Another request may have changed it meanwhile.
            self._state = self._state or (from_json(kept.state) if kept else LectureState())
        return self._state

    async def change(self, fields: Mapping[str, str]) -> LectureState:
        """Change it and tell all windows. Raise LectureError."""
        self._state = state = change(await self.state(), fields)
        self._show(state)
        if not set(fields) <= PASSING:
            await sync_to_async(_keep)(state)
        return state


def _keep(state: LectureState) -> None:
    Lecture.objects.update_or_create(pk=ONLY, defaults={"state": msgspec.to_builtins(state)})
