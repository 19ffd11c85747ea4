"""The observed applications: one small shop, served by wsgi.py and by asgi.py."""
