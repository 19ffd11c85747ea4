"""Gatescope as an installed package: the command `gatescope`, and the instrument as `gatescope.probes`.

In a checkout instrument, dashboard and samples are folders beside this one. Installed, they lie in `_root`,
where they are nobody's top-level modules: only Gatescope's own processes have that folder on their path.
"""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_CARRIED = _HERE / "_root"

IS_INSTALLED = _CARRIED.is_dir()
ROOT = _CARRIED if IS_INSTALLED else _HERE.parent
"""The folder that has `dashboard`, `probes`, `samples`, `static` and `templates`."""

# `gatescope.probes` is found there. The distribution gatescope-probes has it in this very folder, without this file:
# so no file belongs to both, and either can be installed or removed while the other stays.
__path__ = [str(ROOT), *__path__]
