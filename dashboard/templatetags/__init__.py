"""What the dashboard's templates may load."""
