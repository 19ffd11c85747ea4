"""What charts have in common: round ticks and the shapes that templates draw. Pure."""
