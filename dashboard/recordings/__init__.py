"""Films that are kept: every run, takes of requests from elsewhere, and imports."""
