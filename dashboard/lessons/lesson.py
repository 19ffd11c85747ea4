"""What a lesson is: the vocabulary of the files in `dashboard/lessons/course/`, one file per lesson.

Each class is one table of such a file, and its fields are that table's keys. `loader` makes them from the files.
"""

from typing import Literal

from dashboard.lib.toml_file import Table

DEFAULT_TOLERANCE = 0.2
"""A figure that is off by more than this share of what is expected does not hold."""

FORM_FIELDS = ("scenario", "count", "concurrency", "seconds", "via", "protocol", "leave", "uninstrumented")
"""The fields of the stage's form, other than its servers."""

Bound = Literal["about", "at least", "at most"]
Picture = Literal["staircase", "waves", "together", "burst", "drip", "dump", "flat", "beating", "open", "shut", ""]


class Request(Table, frozen=True, kw_only=True):
    """What the stage's form would be filled with: the same requests at each of `servers`."""

    servers: tuple[str, ...]
    scenario: str
    count: int = 1
    concurrency: int | None = None
    """Requests at once; all of them by default."""
    seconds: float | None = None
    via: str = ""
    protocol: str = ""
    leave: float | None = None
    uninstrumented: bool = False
    """Fire the same at processes without the instrument as well, for the figures that are named so."""

    @property
    def form(self) -> dict[str, str]:
        """Its fields without the servers, as a browser would send them."""
        return {name: _as_text(getattr(self, name)) for name in FORM_FIELDS}


class Firing(Request, frozen=True, kw_only=True):
    """One order. It begins when all before it have ended, or `beside` one."""

    name: str
    """The name that proofs use."""
    beside: str = ""
    """The firing that is still in progress when this one begins."""
    after_s: float = 0.0
    """How long after `beside` began, in seconds."""


class Proof(Table, frozen=True, kw_only=True):
    """A figure that is claimed: a metric of one server's requests in one firing, or the ratio of two."""

    label: str
    fire: str
    server: str
    figure: str
    """A name in `dashboard/runs/metrics.py`, which says its unit."""
    expected: float
    """In the figure's unit; of a ratio, the ratio."""
    tolerance: float = DEFAULT_TOLERANCE
    """How far off it may be, as a share of `expected`; 0 means exactly."""
    within: float = 0.0
    """How far off it may be in the figure's unit, if that is more; for figures near 0."""
    bound: Bound = "about"
    over_server: str = ""
    """For a ratio: the server whose figure is the divisor, in the same firing unless `over_fire` names another."""
    over_fire: str = ""

    @property
    def key(self) -> str:
        """Its name in JSON."""
        over = "/".join(filter(None, (self.over_fire, self.over_server)))
        return f"{self.fire}/{self.server} {self.figure}" + (f" over {over}" if over else "")

    @property
    def is_ratio(self) -> bool:
        """Whether it compares two servers or two firings."""
        return bool(self.over_server or self.over_fire)


class Range(Table, frozen=True, kw_only=True):
    """A range of a figure, in its unit; without an end it is open there."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        """Return whether a value is in the range."""
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)


class Option(Range, frozen=True, kw_only=True):
    """One of several answers. It is right when the measured figure of the prediction's `proof` is in its range."""

    text: str
    picture: Picture = ""
    answer: str = ""
    """What to say to whoever chose it although it is wrong: which misconception it is."""


class GuessAnswer(Range, frozen=True, kw_only=True):
    """What is said of a typical wrong guess: a number in its range, or an order that begins with `first`."""

    text: str
    first: str = ""
    """For an order: the label that was put first, the one with the smallest figure."""


class Prediction(Table, frozen=True, kw_only=True):
    """The guess before the run. `proof` is the label of the proof that answers it; of an order, `proofs` are."""

    kind: Literal["number", "choice", "order"]
    question: str
    proof: str = ""
    proofs: tuple[str, ...] = ()
    """For an order: the labels to put in order, smallest figure first."""
    least: float = 0.0
    most: float = 0.0
    """For a number: the ends of the axis."""
    options: tuple[Option, ...] = ()
    answers: tuple[GuessAnswer, ...] = ()
    """For a number or an order: what is said of a wrong guess; the first that fits. Options have their own."""


class Variation(Request, frozen=True, kw_only=True):
    """One thing to change afterwards: a question, a guess, and its own run. See `variation.vary_lesson`."""

    text: str
    """The question: what is changed, and what the figure will be."""
    label: str = ""
    """What the figure is, in words."""
    figure: str = ""
    """A name in `dashboard/runs/metrics.py`."""
    server: str = ""
    """The server whose figure it is: the first by default."""
    over_server: str = ""
    """For a ratio: the server whose figure is the divisor."""
    expected: float = 0.0
    tolerance: float = DEFAULT_TOLERANCE
    within: float = 0.0
    bound: Bound = "about"
    least: float = 0.0
    most: float = 0.0
    """For a guess that is a number: the ends of its axis."""
    options: tuple[Option, ...] = ()
    """For a guess that is a choice."""
    answer: str = ""
    """What happens, and why: shown once it was measured."""


class Notes(Table, frozen=True, kw_only=True):
    """Advice for the lecturer, by the step at which it helps. The class never sees it."""

    name: str = ""
    predict: str = ""
    fire: str = ""
    see: str = ""
    explain: str = ""


class Reply(Table, frozen=True, kw_only=True):
    """One of the answers to a question about a lesson."""

    text: str
    right: bool = False
    answer: str = ""
    """What is said to whoever chose it; never empty where it is wrong."""


class Question(Table, frozen=True, kw_only=True):
    """A question about what a lesson has shown, asked after its explanation and again on /review."""

    question: str
    replies: tuple[Reply, ...]
    """Exactly one of them is right."""


class Code(Table, frozen=True, kw_only=True):
    """A function or class in a file of this repository, to be shown."""

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
    """The heading under which it stands in the index: one that others have, or a new one."""
    questions: tuple[str, ...]
    """Questions this lesson answers, as listed in the index."""
    summary: str
    """The situation, in one sentence that does not give the answer away."""
    moral: str = ""
    """What the lesson has shown, in one sentence; told from *explain* on."""
    boxes: tuple[str, ...]
    """Places on the stage to name first."""
    naming: str
    """What these places are, for someone who sees them for the first time."""
    predict: Prediction
    fire: tuple[Firing, ...]
    prove: tuple[Proof, ...]
    see: str
    """Where to look while it plays."""
    film: tuple[tuple[str, ...], ...] = ()
    """Firings that are looked at together: groups of names, each with a row of its own, that all begin at the same
    moment. By default the one that the prediction is about, with what was fired beside it.
    """
    explain: str
    """Paragraphs, separated by empty lines."""
    misconception: str
    """What many believe, and what is true."""
    vary: tuple[Variation, ...]
    code: tuple[Code, ...] = ()
    sources: tuple[Source, ...] = ()
    note: str = ""
    """What differs from production, such as phones that are sockets on this machine. Told with the explanation."""
    notes: Notes = Notes()
    """For the lecturer alone."""
    ask: tuple[Question, ...] = ()
    """Two or three questions for afterwards."""

    @property
    def slug(self) -> str:
        """Its name in URLs and for `manage.py lesson`."""
        return str(self.number)

    @property
    def servers(self) -> tuple[str, ...]:
        """Every server that it fires at, in the order of its firings."""
        return tuple(dict.fromkeys(server for firing in self.fire for server in firing.servers))

    @property
    def looks_at_lanes(self) -> bool:
        """Whether what there is to see is in the timeline."""
        return "lane" in self.see

    @property
    def film_groups(self) -> tuple[tuple[str, ...], ...]:
        """The names of the firings that its film shows, by rows."""
        if self.film:
            return self.film
        predicted = self.predicted_proof.fire
        beside = {firing.name: firing.beside for firing in self.fire}
        return (tuple(name for name in beside if predicted in {name, beside[name]} or beside[predicted] == name),)

    @property
    def ways(self) -> tuple[str, ...]:
        """Every route through a proxy that its firings take."""
        return tuple(dict.fromkeys(firing.via for firing in self.fire if firing.via))

    def proof(self, label: str) -> Proof:
        """Return the proof with this label. Raise LookupError."""
        for proof in self.prove:
            if proof.label == label:
                return proof
        raise LookupError(label)

    @property
    def predicted_proof(self) -> Proof:
        """The proof that answers the prediction; for an order, the first to be put in order."""
        return self.proof(self.predict.proof or self.predict.proofs[0])


def _as_text(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    return f"{value:g}" if isinstance(value, float) else str(value)
