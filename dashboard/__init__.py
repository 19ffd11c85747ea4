"""The dashboard: it takes spans in, keeps them and shows them while they happen."""

__version__ = "0.1.0"
