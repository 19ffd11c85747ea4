"""Django settings of the dashboard, which runs on one machine with nothing installed but Python.

`REDIS_URL` makes several dashboard processes show one picture, `DATABASE_URL` keeps runs elsewhere than in SQLite.
"""

import os
from typing import Any

from csp.constants import NONE, SELF

from dashboard import env
from dashboard.lib.installation import DATA, ROOT

DATA_DIR = env.data_folder(DATA)

SECRET_KEY = env.secret_key(DATA_DIR)
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *env.names("ALLOWED_HOSTS")]

INSTALLED_APPS = [
    "daphne",
    "channels",
    "csp",
    "django_htmx",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "dashboard",
    "dashboard.runs",
    "dashboard.lessons",
    "dashboard.lecture",
    "dashboard.comparison",
    "dashboard.fleet",
    "dashboard.glossary",
    "dashboard.recordings",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.services.access_middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "dashboard.urls"
ASGI_APPLICATION = "dashboard.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {"default": env.database(f"sqlite:///{DATA_DIR / 'gatescope.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Readers never wait for the one writer, and a second writer waits instead of failing.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Servers that run elsewhere, such as in containers, instead of those that this dashboard would start.
REMOTE_SERVERS = env.remote_servers()
# Where to listen for the access log of their nginx and, in the container of nginx itself, who gets it.
ACCESS_LOG = next(iter(env.addresses("GATESCOPE_ACCESS_LOG")), None)
ACCESS_LOG_TO = env.addresses("GATESCOPE_ACCESS_LOG_TO")
# Where a proxy publishes the dashboard; that address, not the one we listen on, says who can reach it.
PUBLISHED_HOST = os.environ.get("GATESCOPE_PUBLISHED_HOST", "")
PUBLISHED_PORT = os.environ.get("GATESCOPE_PUBLISHED_PORT", "")
PUBLISHED_NAMES = env.names("GATESCOPE_PUBLISHED_NAMES")

# Where OpenTelemetry's SDKs look by default, HTTP and gRPC.
OTLP_PORTS = env.otlp_ports()
# The backend that finished spans are passed on to.
FORWARD_URL = env.forward_url()
# Whose pages may send spans, besides those of this machine.
CORS_ORIGINS = env.origins("GATESCOPE_CORS_ORIGINS")

REDIS_URL = env.redis_url()
# Viewers are always fed from memory; Redis carries spans between the hubs of several dashboard processes.
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
if REDIS_URL:
    CHANNEL_LAYERS["hubs"] = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "gatescope"},
    }

STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "static"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
    }
}
# The only file that is uploaded is a recording, which a process of its own reads from the disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "dashboard.views.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "dashboard.lib.printable.PrintableFormatter",
            "format": "%(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A refused order is answered with its reason; the terminal need not say it again.
    # Whoever sends a wrong host or a strange form gets an answer, too, and no traceback of ours.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
    },
}
