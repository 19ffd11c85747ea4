"""The photo finish: bars to scale, with a notch for each answer."""

from dashboard.race.chart import MOST_NOTCHES, draw_race
from tests.race.made import race, request, result, run, run_of


def test_bars_are_to_scale_and_end_with_the_last_answer() -> None:
    first, second = draw_race(race(run(("a", 3.0, 200), ("b", 1.5, 200))).result().ranked).bars
    assert second.length == 2 * first.length
    assert second.notches == (second.length / 2, second.length)


def test_a_thousand_answers_are_thinned_out_and_the_last_one_stays() -> None:
    thousand = result(10.0, *(request(at / 100) for at in range(1, 1001)))
    (bar,) = draw_race(race(run_of({"a": thousand})).result().ranked).bars
    assert len(bar.notches) <= MOST_NOTCHES
    assert bar.notches[-1] == bar.length
