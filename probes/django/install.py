"""The whole instrument inside Django at a glance: which function is patched for which stage.

Called once by the app's `ready()`, before any handler exists: handlers load their middlewares when they are created,
and a view or a query finds the patched function when it is called.
"""

from importlib.util import find_spec

from ..company.install import install as observe_company
from ..failsafe import harmless
from ..patches import Patch, apply, revert
from ..stage_kinds import CROSSING, HANDLER, MIDDLEWARE, SERVER, VIEW
from . import (
    autoreload,
    consumer,
    crossing,
    entry,
    handler,
    middleware,
    query,
    resolve,
    signal,
    template,
    tracebacks,
    view,
)

BASE = "django.core.handlers.base"

PATCHES = (
    Patch(SERVER, "django.core.handlers.wsgi:WSGIHandler.__init__", entry.prepare_for_sigterm),
    Patch(SERVER, "django.core.handlers.wsgi:WSGIHandler.__call__", entry.observe_wsgi),
    Patch(SERVER, "django.core.handlers.asgi:ASGIHandler.__call__", entry.observe_asgi),
    Patch(SERVER, "django.utils.autoreload:restart_with_reloader", autoreload.observe),
    Patch(HANDLER, f"{BASE}:BaseHandler.get_response", handler.observe),
    Patch(HANDLER, f"{BASE}:BaseHandler.get_response_async", handler.observe_async),
    Patch(MIDDLEWARE, f"{BASE}:convert_exception_to_response", middleware.observe),
    Patch(HANDLER, "django.core.handlers.exception:response_for_exception", tracebacks.observe),
    Patch(resolve.RESOLVE, f"{BASE}:BaseHandler.resolve_request", resolve.observe),
    Patch(VIEW, f"{BASE}:BaseHandler.make_view_atomic", view.observe),
    Patch(query.QUERY, "django.db.backends.base.base:BaseDatabaseWrapper.connect", query.observe_connect),
    Patch(template.TEMPLATE, "django.template.backends.django:Template.render", template.observe),
    Patch(CROSSING, "asgiref.sync:SyncToAsync.__call__", crossing.observe_to_thread),
    Patch(CROSSING, "asgiref.sync:AsyncToSync.__call__", crossing.observe_to_loop),
    Patch(signal.SIGNAL, "django.dispatch.dispatcher:Signal.send", signal.observe),
    Patch(signal.SIGNAL, "django.dispatch.dispatcher:Signal.send_robust", signal.observe),
    Patch(signal.SIGNAL, "django.dispatch.dispatcher:Signal.asend", signal.observe_async),
    Patch(signal.SIGNAL, "django.dispatch.dispatcher:Signal.asend_robust", signal.observe_async),
)
CHANNELS = Patch(SERVER, "channels.routing:ProtocolTypeRouter.__call__", entry.observe_asgi)
"""Channels wraps Django's handler; without Channels a project has no WebSocket to observe."""
CONSUMER = Patch(SERVER, "channels.consumer:AsyncConsumer.__call__", consumer.observe)
JINJA = Patch(template.TEMPLATE, "django.template.backends.jinja2:Template.render", template.observe)


@harmless(None)
def install() -> None:
    """Make every stage visible; a second call changes nothing."""
    apply(PATCHES)
    if find_spec("jinja2"):
        apply([JINJA])
    if find_spec("channels"):
        apply([CHANNELS, CONSUMER])
    query.observe_open_connections()
    observe_company()


def uninstall() -> None:
    """Leave Django and asgiref as they were. Handlers that were created meanwhile keep what they took."""
    revert([*PATCHES, CHANNELS, CONSUMER, JINJA])
    query.forget_open_connections()
