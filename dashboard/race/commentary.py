"""What a page says of a race: its title, its rule, how far it is and who won. Pure."""

from dashboard.race.race import STARTS, Race
from dashboard.runs.scenarios import SCENARIOS


def title(race: Race) -> str:
    """Return what is fired, such as "wait, sync view × 10, 5 at once"."""
    scenario = SCENARIOS.get(race.scenario)
    words = [f"{scenario.title if scenario else race.scenario} × {race.count}"]
    if race.concurrency < race.count:
        words.append(f"{race.concurrency} at once")
    if race.seconds:
        words.append(f"{race.seconds:g} s")
    return ", ".join(words)


def rule(race: Race) -> str:
    """Return how its servers start, and how many cores they share."""
    cores = race.surroundings.get("cores")
    sentence = STARTS[race.start]
    return sentence[:1].upper() + sentence[1:] + (f" ({cores} core{'' if cores == 1 else 's'})." if cores else ".")


def progress(race: Race, ended: int, steps: int, step: str) -> str:
    """Return how far a race is. In turn, `ended` of `steps` servers have finished and `step` is running."""
    if race.start == "together":
        return "The race is on."
    return f"{ended} of {steps} have finished{f'; {step} is running' if step else ''}."


def result(race: Race, own: str) -> str:
    """Return who won, and what became of a viewer's bet on the server `own`, if there is one."""
    ranked = race.ranked()
    if not ranked:
        outcome = "It was stopped before any server finished."
    elif ranked[0][1].errors:
        outcome = "No server finished without errors."
    else:
        outcome = f"{ranked[0][1].server} finished first."
    return f"{outcome} {_bet(race, own)}" if own else outcome


def _bet(race: Race, own: str) -> str:
    rank = next((rank for rank, card in race.ranked() if card.server == own), None)
    if rank is None:
        return f"You bet on {own}, which did not finish."
    return f"You bet on {own}: it came {'first' if rank == 1 else f'in at number {rank}'}."
