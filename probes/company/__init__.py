"""The company that an observed application keeps: HTTP clients and task queues, patched when they are imported."""
