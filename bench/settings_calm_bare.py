"""The shop with the middleware that `startproject` writes, without any instrument."""

from bench.settings_bare import *  # noqa: F403
from bench.settings_bare import INSTALLED_APPS as SHOP_APPS

INSTALLED_APPS = [*SHOP_APPS, "django.contrib.contenttypes", "django.contrib.auth", "django.contrib.messages"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
