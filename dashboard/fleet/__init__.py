"""The observed servers: which there are (`table`), and how they are started, watched and stopped (`supervisor`).

`current.fleet` is the fleet of this process; the page, the runner and `manage.py demo` all use it.
"""
