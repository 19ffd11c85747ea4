"""Settings of the shop that Gatescope observes.

An ordinary Django project of the field: nothing here is made for Gatescope but the one line `probes.django`.
"""

import os
from pathlib import Path

from samples.secret import secret_key

DATA = Path(os.environ.get("GATESCOPE_DATA") or Path(__file__).resolve().parent.parent / "var")
DATA.mkdir(parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = secret_key(DATA / "samples_secret_key")
# In a container the shop is addressed by the container's name; behind nginx by a name below localhost.
ALLOWED_HOSTS = ["127.0.0.1", ".localhost", "[::1]", *filter(None, os.environ.get("ALLOWED_HOSTS", "").split(","))]

INSTALLED_APPS = [
    "probes.django",
    "django.contrib.sessions",
    "samples.shop",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "samples.middleware.NotForSearchEngines",
    "samples.middleware.currency",
]

ROOT_URLCONF = "samples.urls"
WSGI_APPLICATION = "samples.wsgi.application"
ASGI_APPLICATION = "samples.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "samples.shop.context.departments",
            ],
        },
    },
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "samples.sqlite3",
        "OPTIONS": {
            # Readers never wait for a writer, so ten threads can ask at once.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "timeout": 20,
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The chat's room. In memory it is one process's; with Redis it spans servers.
SAMPLES_REDIS_URL = os.environ.get("SAMPLES_REDIS_URL", "")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [SAMPLES_REDIS_URL], "capacity": 1_500, "expiry": 600},
    }
    if SAMPLES_REDIS_URL
    else {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        # A sync consumer may be away for as long as all before it work: nothing said meanwhile is to be lost.
        "CONFIG": {"capacity": 1_500, "expiry": 600},
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # The scenario `error` fails on purpose; its traceback would bury the server's own lines.
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {"django.request": {"handlers": ["nowhere"], "propagate": False}},
}
