"""WSGI and ASGI compared: the table filled with what lessons measured, and charts."""
