"""A chat over WebSocket in one room, twice: an async consumer and its sync twin. Only an ASGI server can serve it."""
