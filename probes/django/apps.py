"""The Django app of the instrument: it patches Django when Django is ready."""

from django.apps import AppConfig

from ..settings import is_disabled
from .install import install


class ProbesConfig(AppConfig):
    """The app whose `ready()` makes every stage visible, before any handler loads its middlewares."""

    name = __name__.removesuffix(".apps")
    label = "gatescope_probes"
    verbose_name = "Gatescope's instrument"

    def ready(self) -> None:
        """Patch Django, unless `GATESCOPE_DISABLED=1` switches the instrument off."""
        if not is_disabled():
            install()
