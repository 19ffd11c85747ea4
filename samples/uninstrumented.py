"""The settings that SAMPLES_SETTINGS names, without the instrument: the other half of a comparison with it."""

import os
from importlib import import_module

WATCHED = import_module(os.environ.get("SAMPLES_SETTINGS") or "samples.settings")
globals().update({name: value for name, value in vars(WATCHED).items() if name.isupper()})

INSTALLED_APPS = [app for app in WATCHED.INSTALLED_APPS if app != "probes.django"]
