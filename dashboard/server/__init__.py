"""Daphne as it serves the dashboard, and the page's own files."""
