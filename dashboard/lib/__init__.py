"""What any room may use: small helpers that know nothing of Gatescope."""
