"""A person has a few places, the class has many, and the presenter always finds one."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.keys import PRESENTER, Visitor
from dashboard.live.limits import HubLimits
from dashboard.live.places import Places

LIMITS = HubLimits(viewers=6, viewers_each=2, presenter_viewers=2)


def member(name: str) -> Visitor:
    return Visitor("member", name)


def test_one_browser_takes_a_few_places_and_gets_them_again() -> None:
    places = Places(LIMITS)
    assert [places.take(number, member("one")) for number in range(2)] == ["", ""]
    assert places.take(2, member("one")) == "the same browser has 2 already"
    assert places.take(3, member("other")) == ""
    places.give_back(0)
    places.give_back(2)
    assert places.take(4, member("one")) == ""


def test_the_presenter_gets_in_when_the_class_has_taken_every_place() -> None:
    places = Places(LIMITS)
    for number in range(6):
        assert places.take(number, member(str(number))) == ""
    assert places.take(6, member("late")) == "6 are connected already"
    assert [places.take(number, PRESENTER) for number in range(7, 10)] == ["", "", "8 are connected already"]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 15))))
def test_whoever_comes_and_goes_no_bound_is_passed(steps: list[tuple[bool, int, int]]) -> None:
    places = Places(LIMITS)
    there: dict[int, Visitor] = {}
    for comes, person, viewer in steps:
        visitor = member(str(person)) if person else PRESENTER
        if not comes:
            places.give_back(viewer)
            there.pop(viewer, None)
        elif viewer not in there and not places.take(viewer, visitor):
            there[viewer] = visitor
        assert len(places) == len(there) <= LIMITS.viewers + LIMITS.presenter_viewers
        members = [one.id for one in there.values() if not one.is_presenter]
        assert all(members.count(name) <= LIMITS.viewers_each for name in members)
