"""The project as ASGI servers find it."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
