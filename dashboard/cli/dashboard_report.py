"""What `demo` and `watch` say from their first line to their last: to people, or as lines of JSON to a program."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Protocol

from django.core.management.base import OutputWrapper

from dashboard.cli.terminal import BAD, GOOD, STRONG, Advance, Cell, Terminal
from dashboard.fleet.state import ServerState


@dataclass(frozen=True, slots=True)
class Welcome:
    """Where the page is and, on a guarded dashboard, how presenter and class get in."""

    url: str
    presenter_url: str = ""
    join_url: str = ""
    join_code: str = ""
    send_key: str = ""
    """Where the value stands, rather than the value: the terminal may be on a projector."""


class DashboardReport(Protocol):
    """Hears of each step of a dashboard's life, in this order."""

    def preparing(self) -> None:
        """The databases are brought up to date."""

    def ready(self, welcome: Welcome) -> None:
        """The page answers."""

    def note(self, text: str) -> None:
        """Something that people should know."""

    def starting(self, names: Sequence[str]) -> None:
        """These servers are being started."""

    def started(self, state: ServerState) -> None:
        """One of them answered or failed."""

    def all_started(self) -> None:
        """The last of them did."""

    def ending(self, *, with_servers: bool) -> None:
        """The user ends it."""

    def ended(self, *, with_servers: bool) -> None:
        """No process is left."""

    def close(self) -> None:
        """Whatever happened, nothing more comes."""


class ReportForPeople:
    """Lines on a terminal, with what is going on below them while it lasts."""

    def __init__(self, output: OutputWrapper) -> None:
        self._terminal = Terminal(output)
        self._showing = ExitStack()
        self._advance: Advance = _ignore
        self._expected = self._heard = 0

    def preparing(self) -> None:
        """Say so."""
        self._terminal.say("Preparing the dashboard ...")
        self._show("Preparing the dashboard")

    def ready(self, welcome: Welcome) -> None:
        """Say where it is."""
        self.close()
        self._terminal.say(f"Gatescope is ready: {welcome.url}/   (Ctrl-C ends it)", STRONG)
        if welcome.presenter_url:
            self._terminal.say(f"  Presenter: {welcome.presenter_url}")
            self._terminal.say(f"  Class:     {welcome.join_url}   join code {welcome.join_code}")
            self._terminal.say(f"  Senders on other machines: GATESCOPE_SEND_KEY, {welcome.send_key}")

    def note(self, text: str) -> None:
        """Say it."""
        self._terminal.say(text)

    def starting(self, names: Sequence[str]) -> None:
        """Show how many of them have answered."""
        self._expected = len(names)
        if names:
            self._show("Starting the servers")

    def started(self, state: ServerState) -> None:
        """Print its line."""
        is_running = state.state == "running"
        shown = Cell(f"{state.state:<8}", GOOD if is_running else BAD if state.state == "failed" else "")
        self._terminal.say_parts(f"  {state.name:<17} ", shown, f" {state.url if is_running else state.reason}")
        self._heard += 1
        self._advance(self._heard / max(1, self._expected))

    def all_started(self) -> None:
        """Show nothing more."""
        self.close()

    def ending(self, *, with_servers: bool) -> None:
        """Say so."""
        self.close()
        self._terminal.say("Ending the servers ..." if with_servers else "Ending ...")

    def ended(self, *, with_servers: bool) -> None:
        """Say so."""
        self._terminal.say(
            "Gatescope has ended, and every server with it." if with_servers else "Gatescope has ended."
        )

    def close(self) -> None:
        """Take away what is shown below the lines."""
        self._advance = _ignore
        self._showing.close()

    def _show(self, what: str) -> None:
        self.close()
        self._advance = self._showing.enter_context(self._terminal.progress(what))


class ReportForPrograms:
    """One line of JSON for each event that says something new."""

    def __init__(self, output: OutputWrapper) -> None:
        self._output = output

    def preparing(self) -> None:
        """Leave it out."""

    def ready(self, welcome: Welcome) -> None:
        """Print where it is."""
        self._print("ready", {name: value for name, value in asdict(welcome).items() if value})

    def note(self, text: str) -> None:
        """Print it."""
        self._print("note", {"text": text.strip()})

    def starting(self, names: Sequence[str]) -> None:
        """Leave it out."""

    def started(self, state: ServerState) -> None:
        """Print how it is."""
        self._print("server", {"name": state.name, "state": state.state, "url": state.url, "reason": state.reason})

    def all_started(self) -> None:
        """Leave it out."""

    def ending(self, *, with_servers: bool) -> None:
        """Leave it out."""

    def ended(self, *, with_servers: bool) -> None:
        """Print that it is over."""
        self._print("ended", {})

    def close(self) -> None:
        """Nothing is open."""

    def _print(self, event: str, facts: dict[str, str]) -> None:
        self._output.write(json.dumps({"event": event, **facts}))
        self._output.flush()


def _ignore(_share: float) -> None:
    """Tell nobody."""
