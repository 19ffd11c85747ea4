"""WSGI and ASGI compared: the table filled with what lessons measured, charts and races. It stands on `course`."""
