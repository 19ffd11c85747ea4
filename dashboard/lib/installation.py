"""How this Gatescope is here: as a checkout, with everything in one folder, or as an installed package."""

import shlex
from pathlib import Path

from platformdirs import user_data_path

ROOT = Path(__file__).resolve().parents[2]
"""The folder that has `dashboard`, `samples`, `static` and `templates`: `samples` can be imported where it is."""

IS_CHECKOUT = (ROOT / "manage.py").is_file()

DATA = ROOT / "var" if IS_CHECKOUT else user_data_path("gatescope")
"""Where data are kept unless GATESCOPE_DATA names another folder; a package's own folder is not for writing."""

COMMAND = ("python", "manage.py") if IS_CHECKOUT else ("gatescope",)
"""What people type before the name of a command."""


def command_line(*words: str) -> str:
    """Return what people type here to call a command with these words."""
    return shlex.join((*COMMAND, *words))
