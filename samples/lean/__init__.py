"""The same shop without anything sync around its views: what is left of the threads that Django hides under ASGI.

The two settings modules differ in one line; each is a server of the fleet, `uvicorn-lean` and `uvicorn-lean-sync`.
"""
