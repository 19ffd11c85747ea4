"""Who has a place as a viewer: a person has a few, and the presenter finds one when the class has taken all. Pure."""

from collections import Counter

from dashboard.access.keys import Visitor
from dashboard.live.limits import HubLimits


class Places:
    """The viewers that are connected. On a dashboard without keys everybody is the presenter."""

    def __init__(self, limits: HubLimits) -> None:
        self._limits = limits
        self._taken: dict[object, Visitor] = {}

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, viewer: object, visitor: Visitor) -> str:
        """Give a viewer a place until it leaves, and return ""; else say why there is none."""
        limits = self._limits
        most = limits.viewers + (limits.presenter_viewers if visitor.is_presenter else 0)
        if len(self._taken) >= most:
            return f"{len(self._taken)} are connected already"
        if not visitor.is_presenter and self._of_each()[visitor.id] >= limits.viewers_each:
            return f"the same browser has {limits.viewers_each} already"
        self._taken[viewer] = visitor
        return ""

    def give_back(self, viewer: object) -> None:
        """Take a viewer's place back; one that had none changes nothing."""
        self._taken.pop(viewer, None)

    def _of_each(self) -> Counter[str]:
        return Counter(visitor.id for visitor in self._taken.values() if not visitor.is_presenter)
