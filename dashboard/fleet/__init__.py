"""The observed servers: which there are (`table`), and how they are started, kept and ended (`supervisor`).

`current.fleet` is the one of this process; the page, the runner and `manage.py demo` all use it.
"""
