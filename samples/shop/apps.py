"""The shop as a Django app: gives every new database connection the function that makes a query slow."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from samples.shop.slow import add_sleep_function


class ShopConfig(AppConfig):
    """Connects the shop's one signal receiver."""

    name = "samples.shop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Teach each database connection to sleep."""
        connection_created.connect(add_sleep_function)
