"""The dashboard as a Django application: it brings the commands of `dashboard/management/commands/`."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """No models of its own; the rooms that have some are applications themselves."""

    name = "dashboard"
