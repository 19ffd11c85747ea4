"""The shop with Sentry, every request traced; BENCH_SENTRY_SPANS=1 adds spans for middleware and signals."""

import os

import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration

from bench.settings_bare import *  # noqa: F403

_more = os.environ.get("BENCH_SENTRY_SPANS") == "1"
sentry_sdk.init(
    dsn=os.environ["BENCH_SINK"].replace("http://", "http://key@") + "/1",
    traces_sample_rate=1.0,
    integrations=[DjangoIntegration(middleware_spans=_more, signals_spans=_more)],
)
