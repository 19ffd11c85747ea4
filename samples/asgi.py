"""The shop as an ASGI application: what Uvicorn, Daphne and Hypercorn are given."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samples.settings")

application = get_asgi_application()
