"""Projects that nobody here wrote for us: what `django-admin startproject` makes, with DRF, ninja or Channels, and
applications of Flask and FastAPI as their tutorials have them. None of them knows of the instrument.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MANAGE_PATHS = ("/", "/admin/login/", "/admin/", "/missing/")


@dataclass(frozen=True, slots=True)
class OwnProject:
    """How a project is made and asked."""

    distributions: tuple[str, ...]
    paths: tuple[str, ...]
    """What is asked for with GET, and once more with HEAD."""
    files: tuple[tuple[str, str], ...]
    """Files in its folder, by path."""
    is_django: bool = True
    settings: str = ""
    """Appended to the settings that `startproject` made."""
    wsgi: str = "mysite.wsgi:application"
    asgi: str = "mysite.asgi:application"

    def make(self, folder: Path) -> None:
        """Write it into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.is_django:
            subprocess.run([sys.executable, "-m", "django", "startproject", "mysite", str(folder)], check=True)
            settings = folder / "mysite" / "settings.py"
            settings.write_text(f"{settings.read_text()}\nSECRET_KEY = 'of a test'\n{self.settings}\n")
        for path, text in self.files:
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)


DRF_URLS = """
from django.urls import include, path
from rest_framework import routers, serializers, viewsets, response

class ShelfViewSet(viewsets.ViewSet):
    def list(self, request):
        return response.Response([{"name": "history"}, {"name": "poetry"}])
    def retrieve(self, request, pk=None):
        return response.Response({"name": "history", "id": pk})

router = routers.DefaultRouter()
router.register("shelves", ShelfViewSet, basename="shelf")
urlpatterns = [path("", include(router.urls))]
"""
NINJA_URLS = """
from django.urls import path
from ninja import NinjaAPI

api = NinjaAPI()

@api.get("/add")
def add(request, a: int, b: int):
    return {"result": a + b}

@api.get("/slow")
async def slow(request):
    return {"slow": False}

urlpatterns = [path("api/", api.urls)]
"""
CHANNELS_ASGI = """
import os
from django.core.asgi import get_asgi_application
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
django_application = get_asgi_application()

from channels.generic.websocket import WebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

class Echo(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        self.send(text_data=text_data)

application = ProtocolTypeRouter(
    {"http": django_application, "websocket": URLRouter([path("echo/", Echo.as_asgi())])}
)
"""
FLASK_APP = """
from flask import Flask, abort, redirect

app = Flask(__name__)

@app.get("/")
def hello():
    return "<p>Hello, World!</p>"

@app.get("/elsewhere")
def elsewhere():
    return redirect("/")

@app.get("/refused")
def refused():
    abort(403)

@app.get("/pieces")
def pieces():
    return (piece for piece in ("one", "two", "three"))
"""
FASTAPI_APP = """
from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse

app = FastAPI()

@app.get("/")
async def hello():
    return {"Hello": "World"}

@app.get("/items/{number}")
def item(number: int, q: str | None = None):
    return {"number": number, "q": q}

@app.get("/refused")
async def refused():
    raise HTTPException(418, "a teapot")

@app.get("/pieces")
async def pieces():
    async def body():
        for piece in ("one", "two", "three"):
            yield piece
    return StreamingResponse(body(), media_type="text/plain")
"""

PROJECTS = {
    "startproject": OwnProject(("django",), MANAGE_PATHS, ()),
    "drf": OwnProject(
        ("django", "djangorestframework"),
        ("/", "/shelves/", "/shelves/3/?format=json", "/missing/"),
        (("mysite/urls.py", DRF_URLS),),
        settings="INSTALLED_APPS += ['rest_framework']",
    ),
    "ninja": OwnProject(
        ("django", "django-ninja"),
        ("/api/add?a=1&b=2", "/api/add?a=one&b=2", "/api/slow", "/api/openapi.json", "/missing/"),
        (("mysite/urls.py", NINJA_URLS),),
    ),
    "channels": OwnProject(
        ("django", "channels", "daphne"),
        MANAGE_PATHS,
        (("mysite/asgi.py", CHANNELS_ASGI),),
        settings="INSTALLED_APPS = ['daphne', 'channels', *INSTALLED_APPS]\n"
        "ASGI_APPLICATION = 'mysite.asgi.application'",
    ),
    "flask": OwnProject(
        ("flask",),
        ("/", "/elsewhere", "/refused", "/pieces", "/missing"),
        (("app.py", FLASK_APP),),
        is_django=False,
        wsgi="app:app",
        asgi="",
    ),
    "fastapi": OwnProject(
        ("fastapi",),
        ("/", "/items/3?q=x", "/items/three", "/refused", "/pieces", "/openapi.json", "/missing"),
        (("app.py", FASTAPI_APP),),
        is_django=False,
        wsgi="",
        asgi="app:app",
    ),
}
