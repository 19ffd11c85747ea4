"""Observes a worker of Celery, which serves tasks instead of requests."""

from . import loading


def observe(_name: str) -> None:
    """Observe Celery, now that this process has turned out to be a worker."""
    if loading.are_loaded():
        loading.module("company.install").install()
