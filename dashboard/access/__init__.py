"""Who may do what: keys and roles, what guards pages, sockets and the ingest, and where a request comes from."""
