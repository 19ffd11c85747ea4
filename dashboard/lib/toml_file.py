"""Read a TOML file into a typed value, or refuse it with the file, the field, what was expected and what came.

The types are `Table` structs whose fields are the file's keys; what types cannot say is checked by a function of the
caller's.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


class TomlFileError(ValueError):
    """The file cannot be used. The message is for whoever wrote it."""


class WrongFieldError(ValueError):
    """A field is of the right type and wrong all the same. Checks raise it; `load` adds the file's name."""

    def __init__(self, field: str, expected: str, came: object) -> None:
        super().__init__(f"{field}: expected {expected}, but {came!r} came.")


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of a file. A key that is not a field is refused."""


def load(file: Path, as_type: type[T], check: Callable[[T], None] | None = None) -> T:
    """Return the file's content. Raise TomlFileError when it does not fit `as_type`, or fails `check`."""
    try:
        content = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), as_type)
        if check:
            check(content)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TomlFileError(f"{file}: expected a file in TOML: {error}.") from error
    except msgspec.ValidationError as error:
        # "Object missing required field `title` - at `$.fire[0]`": write the path as it is in the file.
        raise TomlFileError(f"{file}: {str(error).replace('`$.', '`').replace('`$`', 'the top')}.") from error
    except WrongFieldError as error:
        raise TomlFileError(f"{file}: {error}") from error
    return content
