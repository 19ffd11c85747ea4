"""The stages of a request, from the one table that page and dashboard share: `static/js/model/stages.js`.

The page's module is the source, since it needs no build that way; what stands between its braces is JSON. It also
says what each field means and how a stage is added.
"""

import json
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

TABLE = Path(__file__).resolve().parents[2] / "static" / "js" / "model" / "stages.js"
BEGINS = "export const STAGES = "
Kind: TypeAlias = Literal["unspecified", "internal", "server", "client", "producer", "consumer"]
"""OpenTelemetry's kinds of spans, in the order of SpanKind in trace.proto."""
KINDS: tuple[Kind, ...] = ("unspecified", "internal", "server", "client", "producer", "consumer")
OTHER = ""
"""The stage of spans of other instruments."""


class Stage(NamedTuple):
    """What the dashboard needs to know of a stage; its place and its sentences are the page's."""

    name: str
    """What a comparison calls it."""
    kind: Kind
    """OpenTelemetry's kind of its spans."""
    reason: str
    """Why a request was slow: most of the difference is …"""


def _read_table() -> dict[str, Stage]:
    text = TABLE.read_text(encoding="utf-8")
    table, _ = json.JSONDecoder().raw_decode(text, text.index(BEGINS) + len(BEGINS))
    return {
        stage: Stage(entry["name"], entry.get("kind", "internal"), entry.get("reason", f"in {entry['name']}"))
        for stage, entry in table.items()
    }


STAGES = _read_table()
"""By what spans call it, in the order in which a request meets them."""


def stage_named(stage: str) -> Stage:
    """Return the entry of a stage; of one that we do not know, the one of other instruments."""
    return STAGES.get(stage, STAGES[OTHER])
