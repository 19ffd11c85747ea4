"""What keeps a server's configuration from being made."""


class ConfigurationError(Exception):
    """The server cannot be set up here; the message says why and what to do."""
