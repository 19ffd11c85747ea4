"""Gatescope's instrument: records spans inside an observed server process and posts them as OTLP.

Wrap any application with `probes.wsgi.WSGIProbe` or `probes.asgi.ASGIProbe`; a Django project only adds
``"probes.django"`` to its ``INSTALLED_APPS``. Imports in here are relative: installed, the package is
`gatescope.probes`.
"""

__version__ = "0.1.0"
