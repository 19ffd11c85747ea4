"""The lean shop with one sync middleware: Django runs it in a thread, which waits there for the view."""

from samples.lean.settings import *  # noqa: F403 -- the lean settings, of which one changes

MIDDLEWARE = ["samples.lean.middleware.private", "samples.middleware.currency"]
