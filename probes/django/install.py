"""The whole instrument inside Django at a glance: which function is wrapped for which stage.

Called once by the app's `ready()`, before any handler is made: handlers load their middlewares
when they are made, and a view or a query finds the wrapped function when it is called.
"""

from importlib.util import find_spec

from probes.django import consumer, crossing, entry, handler, middleware, query, resolve, signal, template, view
from probes.django.seams import Seam, unwrap, wrap
from probes.failsafe import harmless

BASE = "django.core.handlers.base"

SEAMS = (
    Seam("server", "django.core.handlers.wsgi:WSGIHandler.__call__", entry.observe_wsgi),
    Seam("server", "django.core.handlers.asgi:ASGIHandler.__call__", entry.observe_asgi),
    Seam("handler", f"{BASE}:BaseHandler.get_response", handler.observe),
    Seam("handler", f"{BASE}:BaseHandler.get_response_async", handler.observe_async),
    Seam("middleware", f"{BASE}:convert_exception_to_response", middleware.observe),
    Seam("resolve", f"{BASE}:BaseHandler.resolve_request", resolve.observe),
    Seam("view", f"{BASE}:BaseHandler.make_view_atomic", view.observe),
    Seam("query", "django.db.backends.base.base:BaseDatabaseWrapper.connect", query.observe_connect),
    Seam("template", "django.template.backends.django:Template.render", template.observe),
    Seam("crossing", "asgiref.sync:SyncToAsync.__call__", crossing.observe_to_thread),
    Seam("crossing", "asgiref.sync:AsyncToSync.__call__", crossing.observe_to_loop),
    Seam("signal", "django.dispatch.dispatcher:Signal.send", signal.observe),
    Seam("signal", "django.dispatch.dispatcher:Signal.send_robust", signal.observe),
    Seam("signal", "django.dispatch.dispatcher:Signal.asend", signal.observe_async),
    Seam("signal", "django.dispatch.dispatcher:Signal.asend_robust", signal.observe_async),
)
CHANNELS = Seam("server", "channels.routing:ProtocolTypeRouter.__call__", entry.observe_asgi)
"""Channels stands around Django's handler; without it a project has no WebSocket to observe."""
CONSUMER = Seam("server", "channels.consumer:AsyncConsumer.__call__", consumer.observe)
JINJA = Seam("template", "django.template.backends.jinja2:Template.render", template.observe)


@harmless(None)
def install() -> None:
    """Make every stage visible; a second call changes nothing."""
    wrap(SEAMS)
    if find_spec("jinja2"):
        wrap([JINJA])
    if find_spec("channels"):
        wrap([CHANNELS, CONSUMER])
    query.observe_open_connections()


def uninstall() -> None:
    """Leave Django and asgiref as they were. Handlers that were made meanwhile keep what they took."""
    unwrap()
    query.forget_open_connections()
