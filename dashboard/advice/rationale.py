"""Explains why a plan fits and when it would not, with the lessons that show it by measurement. Pure."""

from collections.abc import Iterator

from dashboard.advice.plan import AT_ONCE, CROWD, THREADS, Plan, PlannedServer
from dashboard.advice.questions import Answers


def write_headline(plan: Plan) -> str:
    """Say what to run, in one line."""
    match plan.interface:
        case "wsgi":
            return f"WSGI: {_describe(plan.pages)}"
        case "asgi":
            return f"ASGI: {_describe(plan.pages)}"
        case _:
            pages, live = _describe(plan.pages), _describe(plan.live)
            return f"Both: WSGI for pages ({pages}) and ASGI for what stays open ({live})"


def explain_choice(answers: Answers, plan: Plan) -> Iterator[str]:
    """Explain why these servers."""
    match plan.interface:
        case "wsgi":
            yield from _why_wsgi(answers)
        case "asgi":
            yield from _why_asgi(answers)
        case _:
            yield from _why_both(answers)
    if answers.live == "websockets" and answers.code != "async":
        yield (
            "Write the consumers async and reach the ORM with database_sync_to_async: all sync consumers of a "
            "process share one thread."
        )
    if answers.work == "computing":
        yield (
            "Computing needs cores, whatever the interface: as many processes as there are cores. What takes longer "
            "than a user would wait belongs in a task queue, such as Celery, with processes of its own."
        )


def _why_wsgi(answers: Answers) -> Iterator[str]:
    yield "A sync view needs a thread while it runs, under either interface; WSGI gives it one directly."
    if answers.code == "mixed":
        yield (
            "The async views work here, too: each gets an event loop for one request, so what they gather still runs "
            "concurrently."
        )
    if answers.traffic in CROWD and answers.code == "sync" and answers.work == "waiting":
        yield (
            "ASGI would not help this code: it would give each request a thread as well, without a limit. What would "
            "help is making the busiest views async, with everything they call."
        )
    if answers.traffic in CROWD and answers.code == "mixed" and answers.work != "computing":
        yield (
            "With this traffic the async views would gain from ASGI, but only without sync middleware: that costs "
            "every request a thread, and these requests compute as well."
        )
    if answers.hosting == "platform":
        yield "If the platform's proxy does not buffer slow uploads, a slow client holds one of the threads."
    else:
        yield "nginx in front buffers slow uploads, and responses for slow readers, so that threads are not held."


def _why_asgi(answers: Answers) -> Iterator[str]:
    if answers.live == "websockets":
        yield "WebSockets need ASGI: a WSGI server answers their handshake with 404, like any unknown page."
    if answers.live == "streams":
        yield "A stream holds a thread for as long as it is open; an event loop holds thousands of them."
    if answers.code == "async":
        yield "Code that awaits what it calls lets one event loop hold all waiting requests, without threads."
    if answers.code == "mixed":
        yield "The async views run on the event loop; each sync view gets a thread while it runs."
    if answers.code == "sync":
        yield (
            "The code is sync, so each request takes a thread all the same. The platform runs only one server; where "
            "there can be two, pages are better off under WSGI."
        )
    if answers.middleware == "sync":
        yield (
            "A single sync middleware costs every request a thread, async views included. So does one based on "
            "MiddlewareMixin, as Django's own are. Write yours with @sync_and_async_middleware, and leave out what "
            "you do not need."
        )
    if answers.work == "computing":
        yield "A long computation on the event loop stops every request in that process: keep it off the loop."


def _why_both(answers: Answers) -> Iterator[str]:
    held = "WebSockets and streams" if answers.live == "websockets" else "streams"
    yield f"The code is sync, and {held} stay open: each would hold one of the threads that pages need."
    yield (
        "So pages keep a limited number of threads under WSGI, and an event loop holds what stays open. nginx tells "
        "them apart by path; both run the same project."
    )
    if answers.code == "mixed":
        yield "Under ASGI the sync middleware would cost every page a thread; under WSGI a page has one anyway."


def explain_sizes(answers: Answers, plan: Plan) -> Iterator[str]:
    """Explain how workers and threads were computed."""
    for server in plan.servers:
        yield from _sizes(answers, server, plan)
    if answers.live == "websockets":
        yield (
            "A message reaches the sockets of other processes only through a shared channel layer, such as "
            "channels-redis with a Redis."
        )


def _sizes(answers: Answers, server: PlannedServer, plan: Plan) -> Iterator[str]:
    whose = f" ({server.name})" if plan.hybrid else ""
    if server.interface == "asgi":
        cores = "half the cores, since what stays open mostly waits" if plan.hybrid else "one for each core"
        yield f"Workers{whose}: {server.workers}, {cores}. Each has one event loop and one copy of the application."
        yield (
            f"Threads{whose}: nothing to set. Django takes one for each request that runs sync code, without a "
            "limit; leave CONN_MAX_AGE at 0, and pool connections in the database backend."
        )
        return
    yield f"Workers{whose}: {server.workers}, one for each core. Each is a copy of the application in memory."
    yield _threads(answers, server, whose)
    yield (
        f"Each thread has its own connection to the database: up to {server.at_once}, which the database has to "
        "allow."
    )


def _threads(answers: Answers, server: PlannedServer, whose: str) -> str:
    wanted, inside = AT_ONCE[answers.traffic], server.at_once
    if answers.work == "computing":
        return (
            f"Threads{whose}: {server.threads} for each worker. The second one does not make computing faster, since "
            "only one at a time holds the GIL; it lets a short page overtake a long one."
        )
    most = THREADS[answers.work][1]
    if inside < wanted:
        return (
            f"Threads{whose}: {server.threads} for each worker, and no more: beyond {most}, the GIL and the "
            f"database become the bottleneck. {inside} requests are served at once; the rest of {wanted:,} wait in "
            "line. More cores, a cache or async code make the line shorter."
        )
    return (
        f"Threads{whose}: {server.threads} for each worker, so {inside} requests are served at once: enough for the "
        f"{wanted} that you expect. Later ones wait in line."
    )


def list_exceptions(answers: Answers, plan: Plan) -> Iterator[str]:
    """Yield what would have to be different for other advice."""
    if plan.interface == "wsgi":
        yield "Something has to stay open, such as a WebSocket or a stream: then ASGI, at least for that part."
        if answers.work != "waiting":
            yield "Requests turn out to wait most of the time: then more threads, which is cheap to try."
        if answers.code == "mixed":
            yield "Most requests go to the async views, and those wait for other services: then ASGI."
    else:
        yield "Something on the event loop blocks, such as time.sleep: then the whole process stalls."
    if plan.interface == "asgi" and answers.live == "none":
        yield "There are only short pages: a sync server answers more of them per second on the same cores."
    if plan.hybrid:
        yield "You want to run only one server, and few people use it at once: then ASGI alone, with its threads."
    if answers.hosting == "platform":
        yield (
            "The platform's proxy buffers responses, closes idle connections early or does not support WebSockets: "
            "look in its documentation for the settings named here."
        )
    yield "Your own measurement says otherwise. Fire at both here, and compare the two runs."


def select_lessons(answers: Answers, plan: Plan) -> list[int]:
    """Return the numbers of the lessons that support the advice."""
    numbers = {"wsgi": {1, 15}, "asgi": {1, 3}, "hybrid": {1, 13}}[plan.interface]
    if plan.interface != "wsgi":
        numbers |= {6} if answers.middleware == "sync" or answers.code != "async" else set()
        numbers |= {8} if answers.code != "async" else set()
    if plan.interface == "wsgi" and answers.code == "mixed":
        numbers |= {5}
    if plan.interface == "asgi" and answers.live == "none":
        numbers |= {15}
    numbers |= {4} if answers.work != "waiting" else set()
    numbers |= {"none": set(), "streams": {12, 13}, "websockets": {7, 9, 12, 18}}[answers.live]
    numbers |= {11} if plan.pages.interface == "wsgi" else set()
    numbers |= {16} if any(server.program == "gunicorn" for server in plan.servers) else set()
    return sorted(numbers)


def _describe(server: PlannedServer) -> str:
    workers = f"{server.workers} worker{'s' if server.workers > 1 else ''}"
    if server.interface == "asgi":
        return f"{server.program.capitalize()}, {workers}" + (
            " of class asgi" if server.program == "gunicorn" else ""
        )
    return f"Gunicorn, {workers} with {server.threads} threads"
