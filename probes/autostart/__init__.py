"""Observes a project that knows nothing of the instrument: what `gatescope run` starts.

`site/sitecustomize` is imported by each Python process of the project and calls `hook`; that waits until a server or
a framework is imported, which `servers`, `django_project` and `uwsgi` then patch.
"""
