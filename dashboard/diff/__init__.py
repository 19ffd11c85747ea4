"""Two recordings, or two servers of one, on one clock."""
