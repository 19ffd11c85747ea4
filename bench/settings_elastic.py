"""The shop with Elastic APM, set up as its documentation says."""

import os

from bench.settings_bare import *  # noqa: F403
from bench.settings_bare import INSTALLED_APPS as SHOP_APPS
from samples.settings import MIDDLEWARE as SHOP_MIDDLEWARE

INSTALLED_APPS = ["elasticapm.contrib.django", *SHOP_APPS]
MIDDLEWARE = ["elasticapm.contrib.django.middleware.TracingMiddleware", *SHOP_MIDDLEWARE]
ELASTIC_APM = {
    "SERVICE_NAME": "shop",
    "SERVER_URL": os.environ["BENCH_SINK"],
    "METRICS_INTERVAL": "0s",
    "CENTRAL_CONFIG": False,
    "VERIFY_SERVER_CERT": False,
}
