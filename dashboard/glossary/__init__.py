"""The terms that pages explain where they stand."""
