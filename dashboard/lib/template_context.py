"""Typed contexts: a dataclass for each template, whose fields are its variables."""

from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol


class DataclassInstance(Protocol):
    """Any instance of a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def template_context(context: DataclassInstance) -> dict[str, object]:
    """Return the fields by name, as templates take them; their values stay objects."""
    return {field.name: getattr(context, field.name) for field in fields(context)}
