"""The race: the same requests at every server that is up, bets, and the photo finish."""
