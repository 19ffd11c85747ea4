"""`make bench`: speed, measured side by side in one run and printed as ratios. Never a test: machines differ."""
