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
ALLOWED_HOSTS = ["127.0.0.1", ".localhost", "[::1]"]

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
