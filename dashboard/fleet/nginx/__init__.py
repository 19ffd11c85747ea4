"""nginx in front of the servers: its routes, its configuration and its log."""
