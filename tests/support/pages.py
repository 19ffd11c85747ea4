"""The addresses of the dashboard's pages, for tests that look at every one."""

_ANSWERS = "traffic=dozens&work=mixed&live=websockets&code=sync&middleware=sync&hosting=vm&cores=2"
PAGES = (
    *("/lessons", "/lessons?by=question", "/lessons/1", "/lessons/1b", "/lessons/none", "/review", "/learnt"),
    *("/join", "/nothing-here", "/traces/none", "/recordings", "/recordings/none", "/recordings/compare"),
    *("/words", "/compare", "/race", "/choose", f"/choose?{_ANSWERS}"),
)
"""Pages without a run. Add the address of a new page here."""
PAGES_OF_A_RUN = (
    "/runs/{run}",
    "/traces/{trace}",
    "/recordings/{run}",
    "/recordings/{run}/handout",
    "/recordings/compare?a={run}&b={run}",
    "/recordings/compare?a={run}&b={other}",
)
