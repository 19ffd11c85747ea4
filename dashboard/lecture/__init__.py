"""A lecture under way: what the projector shows, as the one small state that every window of it follows."""
