"""The state of a lecture: what may change in it, and what the class may know of it."""

import pytest

from dashboard.lecture.state import LectureError, LectureState, change, from_json


def test_a_step_reveals_the_answer_only_when_it_is_told() -> None:
    state = change(LectureState(), {"window": "w", "lesson": "3", "beat": "predict", "guess": "10 s"})
    assert (state.lesson, state.beat, state.reveal) == ("3", "predict", False)
    assert change(state, {"beat": "see"}).reveal


def test_each_press_counts_also_of_the_same_key() -> None:
    state = LectureState()
    for _ in range(2):
        state = change(state, {"press": "PageDown"})
    assert (state.press, state.presses) == ("PageDown", 2)


def test_the_class_is_told_neither_keys_nor_the_guess() -> None:
    state = LectureState(window="w", guess="10 s", press="PageDown", presses=4, lesson="3", blank=True)
    assert state.for_class == LectureState(lesson="3", blank=True)


@pytest.mark.parametrize("fields", [{"beat": "dance"}, {"pointer": "1"}, {"pointer": "0.5,2"}, {"pointer": "nan,0"}])
def test_nonsense_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(LectureError, match=f"'{next(iter(fields))}' is"):
        change(LectureState(), fields)


def test_a_pointer_comes_and_goes() -> None:
    state = change(LectureState(), {"pointer": "0.25,1"})
    assert state.pointer == (0.25, 1.0)
    assert change(state, {"pointer": ""}).pointer is None


def test_what_an_older_version_kept_begins_anew() -> None:
    assert from_json({"lesson": 3}) == LectureState()
