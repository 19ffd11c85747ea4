"""What a lesson is: the vocabulary of the files in `dashboard/lessons/course/`, one file per lesson.

Each class is one table of such a file, and its fields are that table's keys. `reading` makes them from the files.
"""

from typing import Literal

from msgspec import Struct

DEFAULT_TOLERANCE = 0.2
"""Off by more than this share of what is expected is said (LESSONS.md)."""

FORM_FIELDS = ("scenario", "count", "concurrency", "seconds", "via", "protocol", "leave")
"""The fields of the stage's form beside its servers."""

Picture = Literal["staircase", "waves", "together", "burst", "drip", "dump", "flat", "beating", "open", "shut", ""]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of a lesson's file."""


class Request(Table, frozen=True, kw_only=True):
    """What the stage's form would be filled with: the same requests at each of `servers`."""

    servers: tuple[str, ...]
    scenario: str
    count: int = 1
    concurrency: int | None = None
    """Requests at once; all of them when it is left out."""
    seconds: float | None = None
    via: str = ""
    protocol: str = ""
    leave: float | None = None

    @property
    def form(self) -> dict[str, str]:
        """Its fields but the servers, as a browser would send them."""
        return {name: _written(getattr(self, name)) for name in FORM_FIELDS}


class Firing(Request, frozen=True, kw_only=True):
    """One order. It begins when all before it have ended, or `beside` one."""

    name: str
    """How proofs call it."""
    beside: str = ""
    """A firing that is still under way when this one begins."""
    after_s: float = 0.0
    """How long after `beside` began, in seconds."""


class Proof(Table, frozen=True, kw_only=True):
    """A figure that must come out: `figure` of one server's requests in one firing, or a ratio of two such."""

    label: str
    fire: str
    server: str
    figure: str
    """A name of `figures.FIGURES`."""
    expected: float
    """In the figure's unit; of a ratio, the ratio."""
    tolerance: float = DEFAULT_TOLERANCE
    """So far off, as a share of `expected`, it still holds; 0 is exactly."""
    within: float = 0.0
    """So far off in the figure's unit it also still holds; for figures near 0."""
    bound: Literal["about", "at least", "at most"] = "about"
    over_server: str = ""
    """Of a ratio: the server whose figure it is divided by, in the same firing unless `over_fire` says another."""
    over_fire: str = ""

    @property
    def key(self) -> str:
        """What scripts call it."""
        over = "/".join(filter(None, (self.over_fire, self.over_server)))
        return f"{self.fire}/{self.server} {self.figure}" + (f" over {over}" if over else "")

    @property
    def is_ratio(self) -> bool:
        """Whether it compares two servers or two firings."""
        return bool(self.over_server or self.over_fire)


class Option(Table, frozen=True, kw_only=True):
    """One of several answers. It is right when the measured figure of the prediction's `proof` is in its range."""

    text: str
    picture: Picture = ""
    at_least: float | None = None
    at_most: float | None = None

    def is_right(self, measured: float) -> bool:
        """Whether what was measured says so."""
        above = self.at_least is None or measured >= self.at_least
        return above and (self.at_most is None or measured <= self.at_most)


class Prediction(Table, frozen=True, kw_only=True):
    """The guess before the run. `proof` is the label of the proof that answers it; of an order, `proofs` are."""

    kind: Literal["number", "choice", "order"]
    question: str
    proof: str = ""
    proofs: tuple[str, ...] = ()
    """Of an order: what is put in order, smallest figure first."""
    least: float = 0.0
    most: float = 0.0
    """Of a number: the ends of the axis."""
    options: tuple[Option, ...] = ()


class Variation(Request, frozen=True, kw_only=True):
    """One thing to change afterwards; the stage opens with it."""

    text: str


class Code(Table, frozen=True, kw_only=True):
    """Lines to show, of a function or class in a file of this repository."""

    file: str
    name: str
    about: str = ""


class Source(Table, frozen=True, kw_only=True):
    """Where a fact from outside comes from."""

    title: str
    url: str


class Lesson(Table, frozen=True, kw_only=True):
    """One lesson, as its file says it."""

    number: int
    title: str
    chapter: str
    questions: tuple[str, ...]
    """What somebody asks whom this lesson answers; the index lists them."""
    summary: str
    """One sentence on what will be seen."""
    boxes: tuple[str, ...]
    """Places on the stage to name first, as the stage calls them."""
    naming: str
    """What these places are, in words for somebody who sees them for the first time."""
    predict: Prediction
    fire: tuple[Firing, ...]
    prove: tuple[Proof, ...]
    see: str
    """Where to look while it plays."""
    explain: str
    """Paragraphs, separated by empty lines."""
    misconception: str
    vary: tuple[Variation, ...]
    code: tuple[Code, ...] = ()
    sources: tuple[Source, ...] = ()
    note: str = ""
    """What is not as it would be in the field, such as phones that are sockets of this machine."""

    @property
    def slug(self) -> str:
        """Its address and its name for `manage.py lesson`."""
        return str(self.number)

    @property
    def servers(self) -> tuple[str, ...]:
        """Every server that it fires at, in the order of its firings."""
        return tuple(dict.fromkeys(server for firing in self.fire for server in firing.servers))

    @property
    def ways(self) -> tuple[str, ...]:
        """Every way through a proxy that it takes."""
        return tuple(dict.fromkeys(firing.via for firing in self.fire if firing.via))

    def proof(self, label: str) -> Proof:
        """The proof of this label. Raises LookupError."""
        return next(proof for proof in self.prove if proof.label == label)


def _written(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
