"""The shop and its chat as an ASGI application: what Uvicorn, Daphne and Hypercorn are given.

The twin of wsgi.py has only the first of the two protocols.
"""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samples.settings")

shop = get_asgi_application()

# Consumers may use Django only when it is set up, which the line above did.
from samples.chat.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": shop,
        "websocket": AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns)),
    }
)
