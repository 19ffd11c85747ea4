"""What takes the stages of one process to their receiver: queue, writer, sender."""
