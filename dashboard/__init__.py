"""The dashboard: it takes spans in, keeps them and shows them while they happen."""
