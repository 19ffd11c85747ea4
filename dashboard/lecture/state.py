"""What the projector shows, and how it is changed. Pure."""

import time
from collections.abc import Mapping

import msgspec
from msgspec import Struct, structs

LONGEST = 300
"""Characters of a text in the state."""
BEATS = ("name", "predict", "fire", "see", "explain")
SWITCHES = ("reveal", "blank", "freeze")
TEXTS = ("lesson", "playlist", "guess", "window")


class LectureError(ValueError):
    """A change that cannot be made; the message says what was expected."""


class LectureState(Struct, frozen=True, kw_only=True):
    """The state that the projected window and the speaker's share, and that phones can follow."""

    window: str = ""
    """The id of the projected window: the one that carries orders out."""
    lesson: str = ""
    beat: str = ""
    playlist: str = ""
    guess: str = ""
    """The guess in words, once there is one."""
    reveal: bool = False
    """Whether the answer is told."""
    blank: bool = False
    freeze: bool = False
    pointer: tuple[float, float] | None = None
    """Where the pointer is, as shares of the window's width and height."""
    began_s: float | None = None
    """When the clock of the lecture was started: Unix time."""
    press: str = ""
    """The last key that was pressed in the speaker's window."""
    presses: int = 0

    @property
    def for_class(self) -> "LectureState":
        """What members of the class may know of it."""
        return structs.replace(self, window="", guess="", press="", presses=0)


def change(state: LectureState, fields: Mapping[str, str]) -> LectureState:
    """Return the state with these fields of a form changed. Raise LectureError."""
    changes: dict[str, object] = {name: fields[name][:LONGEST] for name in TEXTS if name in fields}
    changes |= {name: fields[name] == "on" for name in SWITCHES if name in fields}
    if (beat := fields.get("beat", BEATS[0])) not in BEATS:
        raise LectureError(f"'beat' is one of {', '.join(BEATS)}; got {beat[:40]!r}.")
    if "beat" in fields:
        changes |= {"beat": beat, "reveal": beat in {"see", "explain"}}
    if "pointer" in fields:
        changes["pointer"] = _read_pointer(fields["pointer"])
    if "clock" in fields:
        changes["began_s"] = time.time() if fields["clock"] == "start" else None
    if "press" in fields:
        changes |= {"press": fields["press"][:20], "presses": state.presses + 1}
    return structs.replace(state, **changes)


def _read_pointer(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise LectureError(f"'pointer' is two shares of the window, such as 0.5,0.25; got {text[:40]!r}.") from None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise LectureError(f"'pointer' is two shares of the window, from 0 to 1; got {text[:40]!r}.")
    return x, y


def from_json(data: object) -> LectureState:
    """Return the state that was kept; an empty one for what an older version kept in another form."""
    try:
        return msgspec.convert(data, LectureState)
    except msgspec.ValidationError:
        return LectureState()
