"""Gatescope's instrument: makes spans inside an observed server process and posts them as OTLP.

Wrap any callable with `probes.wsgi.WSGIProbe` or `probes.asgi.ASGIProbe`; a Django project only
adds ``"probes.django"`` to its ``INSTALLED_APPS``.
"""
