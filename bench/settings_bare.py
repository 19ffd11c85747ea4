"""The shop without any instrument."""

from samples.settings import *  # noqa: F403
from samples.settings import INSTALLED_APPS as WATCHED_APPS

INSTALLED_APPS = [app for app in WATCHED_APPS if app != "probes.django"]
