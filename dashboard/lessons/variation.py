"""A lesson with one thing changed: a variation is predicted, fired and seen like the lesson it belongs to.

Its name is the lesson's number and a letter: "1b" is the second variation of lesson 1.
"""

from string import ascii_lowercase

from msgspec.structs import asdict

from dashboard.lessons.lesson import Firing, Lesson, Notes, Prediction, Proof, Request, Variation

MOST_VARIATIONS = len(ascii_lowercase)
FIRING = "changed"
"""The name of its only firing."""
NAMING = "One thing is changed, and the question is new. The boxes are those of the lesson."
SEE = "Compare it with what the lesson has shown: what is the same, and what has changed?"


class VariedLesson(Lesson, frozen=True, kw_only=True):
    """What `vary_lesson` makes of a lesson. It is measured to be seen, and never kept as the newest result."""

    of: Lesson
    letter: str

    @property
    def slug(self) -> str:
        """Its name in URLs and for `manage.py lesson`."""
        return f"{self.number}{self.letter}"


def vary_lesson(lesson: Lesson, position: int) -> VariedLesson:
    """Return the lesson that the variation at this position makes of `lesson`."""
    variation = lesson.vary[position]
    order = {field: getattr(variation, field) for field in Request.__struct_fields__}
    changes = {
        "summary": variation.text,
        "naming": NAMING,
        "predict": predict_variation(variation),
        "fire": (Firing(name=FIRING, **order),),
        "prove": (prove_variation(variation),),
        "see": SEE,
        "film": (),
        "explain": variation.answer,
        "misconception": "",
        "moral": "",
        "vary": (),
        "code": (),
        "sources": (),
        "note": "",
        "notes": Notes(),
        "ask": (),
    }
    return VariedLesson(**{**asdict(lesson), **changes}, of=lesson, letter=ascii_lowercase[position])


def list_variations(lesson: Lesson) -> tuple[VariedLesson, ...]:
    """Return all that the variations make of a lesson."""
    return tuple(vary_lesson(lesson, position) for position in range(len(lesson.vary)))


def predict_variation(variation: Variation) -> Prediction:
    """Return what is asked before a variation is fired."""
    return Prediction(
        kind="choice" if variation.options else "number",
        question=variation.text,
        proof=variation.label,
        least=variation.least,
        most=variation.most,
        options=variation.options,
    )


def prove_variation(variation: Variation) -> Proof:
    """Return the figure that answers a variation's question."""
    return Proof(
        label=variation.label,
        fire=FIRING,
        server=variation.server or variation.servers[0],
        over_server=variation.over_server,
        figure=variation.figure,
        expected=variation.expected,
        tolerance=variation.tolerance,
        within=variation.within,
        bound=variation.bound,
    )
