"""The stage `template`: a template is rendered by one of Django's template engines.

Queries that a template triggers, because it is the first to evaluate a lazy QuerySet, appear inside it.
"""

import functools
from collections.abc import Callable
from typing import Any

from ..failsafe import harmless
from ..stage_kinds import StageKind
from ..stages import stage

TEMPLATE = StageKind("template")


def observe(render: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `Template.render` of a template backend."""

    @functools.wraps(render)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        __traceback_hide__ = True
        with stage(TEMPLATE, _name(self)):
            return render(self, *args, **kwargs)

    return wrapper


@harmless("template")
def _name(backend_template: Any) -> str:
    name = getattr(backend_template.template, "name", None)
    return str(name) if name else "template from a string"
