"""What a page says of a race: its title, its rule, how far it is and which server won. Pure."""

from dashboard.race.race import STARTS
from dashboard.race.results import RaceResult
from dashboard.runs.scenarios import SCENARIOS


def describe_race(race: RaceResult) -> str:
    """Return what is fired, such as "wait, sync view × 10, 5 at once"."""
    scenario = SCENARIOS.get(race.scenario)
    words = [f"{scenario.title if scenario else race.scenario} × {race.count}"]
    if race.concurrency < race.count:
        words.append(f"{race.concurrency} at once")
    if race.seconds:
        words.append(f"{race.seconds:g} s")
    return ", ".join(words)


def describe_rule(race: RaceResult) -> str:
    """Return how its servers start, and how many cores they share."""
    cores = race.surroundings.cores if race.surroundings else None
    sentence = STARTS[race.start]
    return sentence[:1].upper() + sentence[1:] + (f" ({cores} core{'' if cores == 1 else 's'})." if cores else ".")


def describe_progress(race: RaceResult, ended: int, steps: int, step: str) -> str:
    """Return how far a race is. In turn, `ended` of `steps` servers have finished and `step` is running."""
    if race.start == "together":
        return "The race is on."
    return f"{ended} of {steps} have finished{f'; {step} is running' if step else ''}."


def describe_result(race: RaceResult, own_bet: str) -> str:
    """Return which server won, and what became of a viewer's bet on the server `own_bet`, if there is one."""
    if not race.ranked:
        outcome = "It was stopped before any server finished."
    elif race.ranked[0].errors:
        outcome = "No server finished without errors."
    else:
        outcome = f"{race.ranked[0].server} finished first."
    return f"{outcome} {_describe_bet(race, own_bet)}" if own_bet else outcome


def _describe_bet(race: RaceResult, own_bet: str) -> str:
    rank = next((entry.rank for entry in race.ranked if entry.server == own_bet), None)
    if rank is None:
        return f"You bet on {own_bet}, which did not finish."
    return f"You bet on {own_bet}: it came {'first' if rank == 1 else f'in at number {rank}'}."
