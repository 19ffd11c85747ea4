"""The lessons: files that say what to fire and what to expect, carried out on the fleet and compared with it."""
