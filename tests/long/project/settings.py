"""A small Django project for every kind of server; the environment says whether it is observed and who runs it."""

import os

SECRET_KEY = "of a test"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.long.project.urls"
WSGI_APPLICATION = "tests.long.project.wsgi.application"
ASGI_APPLICATION = "tests.long.project.asgi.application"
INSTALLED_APPS = [
    *(["daphne"] if os.environ.get("TESTED_DAPHNE") else []),
    *(["probes.django"] if os.environ.get("TESTED_PROBES") else []),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
