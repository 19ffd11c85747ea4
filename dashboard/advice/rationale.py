"""Why a plan fits and when it would not, in sentences, with the lessons that show it by measurement. Pure."""

from collections.abc import Iterator

from dashboard.advice.plan import AT_ONCE, CROWD, THREADS, Plan, Server
from dashboard.advice.questions import Answers


def headline(plan: Plan) -> str:
    """What to run, in one line."""
    match plan.interface:
        case "wsgi":
            return f"WSGI: {_told(plan.pages)}"
        case "asgi":
            return f"ASGI: {_told(plan.pages)}"
        case _:
            return f"Both: WSGI for pages ({_told(plan.pages)}) and ASGI for what stays open ({_told(plan.live)})"


def why(answers: Answers, plan: Plan) -> Iterator[str]:
    """Why these servers."""
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
            "than a reader would wait belongs into a task queue, such as Celery, with processes of its own."
        )


def _why_wsgi(answers: Answers) -> Iterator[str]:
    yield "A sync view needs a thread while it runs, under either interface; WSGI gives it one without a detour."
    if answers.code == "mixed":
        yield (
            "The async views work here, too: each gets an event loop for one request, so what they gather is still "
            "gathered."
        )
    if answers.traffic in CROWD and answers.code == "sync" and answers.work == "waiting":
        yield (
            "ASGI would not help this code: it would give each request a thread as well, without a bound. What would "
            "help is making the busiest views async, with all that they call."
        )
    if answers.traffic in CROWD and answers.code == "mixed" and answers.work != "computing":
        yield (
            "With this traffic the async views would gain from ASGI, once no sync middleware stands before them: it "
            "costs every request a thread, and these compute as well."
        )
    if answers.hosting == "platform":
        yield "Where the platform's proxy does not take in slow uploads, a slow client holds one of the threads."
    else:
        yield "nginx in front takes in slow uploads and keeps answers for slow readers, so that threads are not held."


def _why_asgi(answers: Answers) -> Iterator[str]:
    if answers.live == "websockets":
        yield "WebSockets need ASGI: a WSGI server answers their handshake with 404, as to any page it does not know."
    if answers.live == "streams":
        yield "A stream holds a thread for as long as it is open; an event loop holds thousands of them."
    if answers.code == "async":
        yield "Code that awaits what it calls lets one event loop hold all requests that wait, without threads."
    if answers.code == "mixed":
        yield "The async views run on the event loop; each sync view gets a thread while it runs."
    if answers.code == "sync":
        yield (
            "The code is sync, so each request takes a thread all the same. The platform has one door only; where "
            "there can be two servers, pages are better off under WSGI."
        )
    if answers.middleware == "sync":
        yield (
            "One sync middleware costs every request a thread, async views included, and so does one of the old "
            "shape, MiddlewareMixin, as Django's own are. Write yours with @sync_and_async_middleware, and leave out "
            "what you do not need."
        )
    if answers.work == "computing":
        yield "A long computation on the event loop stops every request in that process: keep it off the loop."


def _why_both(answers: Answers) -> Iterator[str]:
    held = "WebSockets and streams" if answers.live == "websockets" else "streams"
    yield f"The code is sync, and {held} stay open: each would hold one of the threads that pages need."
    yield (
        "So pages keep a bounded number of threads under WSGI, and an event loop holds what stays open. nginx tells "
        "them apart by path; both run the same project."
    )
    if answers.code == "mixed":
        yield "Under ASGI the sync middleware would cost every page a thread; under WSGI, none besides its own."


def sizes(answers: Answers, plan: Plan) -> Iterator[str]:
    """How workers and threads were computed."""
    for server in plan.servers:
        yield from _sizes(answers, server, plan)
    if answers.live == "websockets":
        yield (
            "A message reaches the sockets of other processes only through a channel layer that they share, such as "
            "channels-redis with a Redis."
        )


def _sizes(answers: Answers, server: Server, plan: Plan) -> Iterator[str]:
    whose = f" ({server.name})" if plan.hybrid else ""
    if server.interface == "asgi":
        cores = "half the cores, since what stays open mostly waits" if plan.hybrid else "one for each core"
        yield f"Workers{whose}: {server.workers}, {cores}. Each has one event loop and one copy of the application."
        yield (
            f"Threads{whose}: nothing to set. Django takes one for each request that meets sync code, without a "
            "bound; leave CONN_MAX_AGE at 0, and pool connections in the database's backend."
        )
        return
    yield f"Workers{whose}: {server.workers}, one for each core. Each is a copy of the application in memory."
    yield _threads(answers, server, whose)
    yield (
        f"Each thread has a connection to the database of its own: up to {server.at_once}, which the database has to "
        "allow."
    )


def _threads(answers: Answers, server: Server, whose: str) -> str:
    wanted, inside = AT_ONCE[answers.traffic], server.at_once
    if answers.work == "computing":
        return (
            f"Threads{whose}: {server.threads} for each worker. The second computes nothing faster, since one at a "
            "time holds the GIL; it lets a short page pass a long one."
        )
    most = THREADS[answers.work][1]
    if inside < wanted:
        return (
            f"Threads{whose}: {server.threads} for each worker, and no more: beyond {most} the GIL and the database "
            f"become the bottleneck. {inside} requests are served at once; the rest of {wanted:,} wait in line. "
            "More cores, a cache or async code make the line shorter."
        )
    return (
        f"Threads{whose}: {server.threads} for each worker, so {inside} requests are served at once: enough for the "
        f"{wanted} that you expect. Later ones wait in line."
    )


def wrong_when(answers: Answers, plan: Plan) -> Iterator[str]:
    """What would have to be different for another advice."""
    if plan.interface == "wsgi":
        yield "Something is to stay open, such as a WebSocket or a stream: then ASGI, for that part at least."
        if answers.work != "waiting":
            yield "Requests turn out to wait most of their time: then more threads, which is cheap to try."
        if answers.code == "mixed":
            yield "Most requests go to the async views, and those wait for other services: then ASGI."
    else:
        yield "Something on the event loop blocks, such as time.sleep: then the whole process stalls."
    if plan.interface == "asgi" and answers.live == "none":
        yield "Short pages are all there is: a sync server answers more of them in a second on the same cores."
    if plan.hybrid:
        yield "One server is all that you want to run, and few use it at once: then ASGI alone, with its threads."
    if answers.hosting == "platform":
        yield (
            "The platform's proxy collects answers, closes idle connections early or knows no WebSockets: look in "
            "its documentation for the settings that are named here."
        )
    yield "Your own measurement says otherwise. Fire at both here, and compare the two runs."


def lessons(answers: Answers, plan: Plan) -> list[int]:
    """The numbers of the lessons that support the advice."""
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


def _told(server: Server) -> str:
    workers = f"{server.workers} worker{'s' if server.workers > 1 else ''}"
    if server.interface == "asgi":
        return f"{server.program.capitalize()}, {workers}" + (
            " of class asgi" if server.program == "gunicorn" else ""
        )
    return f"Gunicorn, {workers} with {server.threads} threads"
