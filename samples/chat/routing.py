"""The URLs of the WebSockets. A WSGI server never looks here: to it they are pages that do not exist."""

from django.urls import path

from samples.chat.announcements import Announcements
from samples.chat.consumers import Chat, ChatSync
from samples.chat.heartbeat import Heartbeat

websocket_urlpatterns = [
    path("ws/chat/", Chat.as_asgi()),
    path("ws/chat-sync/", ChatSync.as_asgi()),
    path("ws/announce/", Announcements.as_asgi()),
    path("ws/heartbeat/", Heartbeat.as_asgi()),
]
