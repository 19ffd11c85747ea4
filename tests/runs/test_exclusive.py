"""One thing is measured at a time, and whoever comes second is told what is in the way."""

import pytest

from dashboard.runs.exclusive import BusyError, Exclusive


def test_two_at_once_would_distort_each_other() -> None:
    exclusive = Exclusive(lambda: False)
    first = exclusive.claim("Lesson 7")
    with pytest.raises(BusyError, match=r"Lesson 7 is being measured.*wait until it ends"):
        exclusive.claim("Lesson 8")
    exclusive.release(first)
    assert exclusive.claim("Lesson 8").title == "Lesson 8"


def test_a_queue_leaves_room_for_its_steps_but_not_for_another_queue() -> None:
    exclusive = Exclusive(lambda: False)
    exclusive.claim("“Measure all”", is_queue=True)
    assert exclusive.obstacle() == ""
    exclusive.claim("Lesson 7")
    for is_queue, title in ((False, "Lesson 7"), (True, "“Measure all”")):
        with pytest.raises(BusyError, match=f"{title} is being measured"):
            exclusive.claim("another", is_queue=is_queue)


@pytest.mark.parametrize("is_queue", [True, False])
def test_a_run_in_progress_would_be_measured_as_well(is_queue: bool) -> None:
    with pytest.raises(BusyError, match="Another run is in progress"):
        Exclusive(lambda: True).claim("Lesson 7", is_queue=is_queue)


def test_a_step_waits_for_what_servers_still_do_for_a_stopped_run_and_a_claim_does_not() -> None:
    exclusive = Exclusive(lambda: False, lambda: "Servers are still finishing.")
    assert exclusive.obstacle() == "Servers are still finishing."
    assert exclusive.claim("Lesson 7")
