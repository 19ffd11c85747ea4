"""The sentences about a race: its title and rule, how far it is, who won, and what became of one's bet. Pure."""

from collections.abc import Sequence

from dashboard.race.race import STARTS, Card, Race
from dashboard.runs.scenarios import SCENARIOS


def title(race: Race) -> str:
    """Return what is fired, such as "Wait × 10, 5 at once, 2 s"."""
    scenario = SCENARIOS.get(race.scenario)
    parts = [f"{scenario.title if scenario else race.scenario} × {race.count}"]
    if race.concurrency < race.count:
        parts.append(f"{race.concurrency} at once")
    if race.seconds:
        parts.append(f"{race.seconds:g} s")
    return ", ".join(parts)


def rule(race: Race) -> str:
    """Return how the servers start, and on how many cores they run once that is known."""
    sentence = STARTS[race.start]
    cores = race.surroundings.get("cores")
    return f"{sentence[0].upper()}{sentence[1:]}{f' ({cores} cores)' if cores else ''}."


def progress(race: Race, finished: int, steps: int, current: str) -> str:
    """Return how far a race is. `steps` are the servers that run one after another, `current` runs now."""
    if race.start == "together":
        return "The race is on."
    verb = "has" if finished == 1 else "have"
    return f"{finished} of {steps} {verb} finished{f'; {current} is running' if current else ''}."


def outcome(ranked: Sequence[tuple[int, Card]], bet: str) -> str:
    """Return who won, and where the server came in that one bet on; `bet` is empty without a bet."""
    if not ranked:
        winner = "The race was stopped before any server finished."
    elif ranked[0][1].errors:
        winner = "No server finished without errors."
    else:
        winner = f"{ranked[0][1].server} finished first."
    return f"{winner} {_bet(ranked, bet)}" if bet else winner


def _bet(ranked: Sequence[tuple[int, Card]], bet: str) -> str:
    rank = next((rank for rank, card in ranked if card.server == bet), None)
    if rank is None:
        return f"You bet on {bet}, which did not finish."
    return f"You bet on {bet}: it came {'first' if rank == 1 else f'in at number {rank}'}."
