"""The Django app of the instrument: when Django is ready, its seams are wrapped."""

from django.apps import AppConfig

from probes.django.install import install
from probes.settings import read_settings


class ProbesConfig(AppConfig):
    """Installs every stage once, before any handler loads its middlewares."""

    name = "probes.django"
    label = "gatescope_probes"
    verbose_name = "Gatescope's instrument"

    def ready(self) -> None:
        """Wrap Django's seams, unless `GATESCOPE_DISABLED=1` says that nothing is to be observed."""
        if not read_settings().disabled:
            install()
