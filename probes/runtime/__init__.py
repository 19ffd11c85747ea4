"""What runs the code: threads of the system, greenlets, and event loops of every kind."""
