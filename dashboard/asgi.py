"""The dashboard's ASGI application, where spans, sockets and pages part.

`/v1/traces` never reaches Django, which would start a thread per request for what a coroutine does.
"""

import os
from typing import Any, cast

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

from dashboard.server.static_files import StaticFiles

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
pages = StaticFiles(get_asgi_application())

# These need Django to be set up.
from dashboard.access.guards import SendingGuard, SocketGuard  # noqa: E402
from dashboard.access.origin import OriginGuard, refuse  # noqa: E402
from dashboard.live.consumer import Viewer  # noqa: E402
from dashboard.services import access, hub, ingest  # noqa: E402

# Channels' router takes ASGI applications where Django's, whose `path` it shares, takes views.
http: list[Any] = [path("v1/traces", cast("Any", SendingGuard(ingest, access))), re_path("", cast("Any", pages))]
sockets: list[Any] = [path("live", Viewer.as_asgi(source=hub)), re_path("", cast("Any", refuse))]

application = ProtocolTypeRouter(
    {
        "http": URLRouter(http),
        "websocket": OriginGuard(SocketGuard(URLRouter(sockets), access)),
    }
)
