"""The dashboard as a Django application: it brings the commands `demo` and `fire`."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """No models of its own: runs live in `dashboard.lessons`."""

    name = "dashboard"
