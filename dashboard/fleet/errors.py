"""Errors of the fleet that a person can fix."""


class ConfigurationError(Exception):
    """Something cannot be set up on this machine; the message says why and what to do."""
