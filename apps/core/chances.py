"""Chances, and the log-odds that are added up."""

import math


def log_odds(chance: float, edge: float = 1e-7) -> float:
    """`edge`: what is nearer to 0 or 1 counts as that near."""
    chance = min(max(chance, edge), 1 - edge)
    return math.log(chance / (1 - chance))


def chance_of(odds: float) -> float:
    """Back from log-odds."""
    return 1 / (1 + math.exp(-odds))
