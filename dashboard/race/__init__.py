"""The race: the same requests at every running server, bets, and the photo finish."""
