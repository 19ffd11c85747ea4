"""The dashboard's entry: spans, sockets and pages part here.

`/v1/traces` never reaches Django, which would make a thread per request for what a coroutine does.
"""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
pages = ASGIStaticFilesHandler(get_asgi_application())

# Both need Django to be set up.
from dashboard.ingest.app import ingest  # noqa: E402
from dashboard.live.consumer import Viewer  # noqa: E402
from dashboard.live.origin import OriginGuard  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": URLRouter([path("v1/traces", ingest), re_path("", pages)]),
        "websocket": OriginGuard(URLRouter([path("live", Viewer.as_asgi())])),
    }
)
