"""The shop as a WSGI application: what Gunicorn, uWSGI and mod_wsgi are given."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samples.settings")

application = get_wsgi_application()
