"""The operating system's side of the fleet: starting processes and leaving none behind."""
