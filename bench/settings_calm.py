"""The same with our instrument."""

from bench.settings_calm_bare import *  # noqa: F403
from bench.settings_calm_bare import INSTALLED_APPS as BARE_APPS

INSTALLED_APPS = ["probes.django", *BARE_APPS]
