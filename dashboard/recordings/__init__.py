"""Films that are kept: every run, takes of strangers' requests, imports. Stands on traces, fleet and lessons."""
