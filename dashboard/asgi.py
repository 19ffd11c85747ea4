"""The dashboard's ASGI application, where spans, sockets and pages part.

`/v1/traces`, `/v1/logs` and `/v1/metrics` never reach Django, which would start a thread per request for what a
coroutine does.
"""

import os
from typing import Any, cast

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

from dashboard.server.static_files import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
pages = StaticFiles(get_asgi_application())

# These need Django to be set up.
from dashboard.access.guards import SendingGuard, SocketGuard  # noqa: E402
from dashboard.access.origin import OriginGuard, refuse  # noqa: E402
from dashboard.ingest.cors import CorsGuard  # noqa: E402
from dashboard.ingest.signals import SIGNALS  # noqa: E402
from dashboard.live.consumer import Viewer  # noqa: E402
from dashboard.services import access, hub, ingest  # noqa: E402

receiver = CorsGuard(SendingGuard(ingest, access), settings.CORS_ORIGINS)
# Channels' router takes ASGI applications where Django's, whose `path` it shares, takes views.
http: list[Any] = [path(signal.lstrip("/"), cast("Any", receiver)) for signal in SIGNALS]
http.append(re_path("", cast("Any", pages)))
sockets: list[Any] = [path("live", Viewer.as_asgi(source=hub)), re_path("", cast("Any", refuse))]

application = ProtocolTypeRouter(
    {
        "http": URLRouter(http),
        "websocket": OriginGuard(SocketGuard(URLRouter(sockets), access)),
    }
)
otlp = ProtocolTypeRouter({"http": receiver, "websocket": refuse})
"""The receiver alone, for a port of its own."""
