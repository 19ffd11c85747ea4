"""The shop's settings with only such middleware as never needs a thread, and without the sync receivers of signals.

Each of Django's own middlewares would ask for a thread on the way in or out. Without them there are no sessions and
no protection of forms: this is a lesson, not advice.
"""

from samples.settings import *  # noqa: F403 -- the shop's settings, of which two change
from samples.settings import INSTALLED_APPS as THE_SHOP_S

INSTALLED_APPS = [*THE_SHOP_S, "samples.lean"]

MIDDLEWARE = ["samples.middleware.currency"]
