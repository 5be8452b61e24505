"""The two training plans: the one that made the starter, and a smoke run of seconds."""

from model_runtime.training.loop import Phase, Plan
from model_runtime.training.variants import Recipe

_THINNED = {"off": 0.4, "chat": 0.5, "smalltalk": 0.5}
FULL = Plan(
    phases=(
        Phase(450, Recipe(candidates=(3, 4), copied=0.1, shuffled=0.8), 190, _THINNED),
        Phase(900, Recipe(candidates=(3, 5), copied=0.3, shuffled=0.3), 280, {**_THINNED, "cloze": 0.3}),
        Phase(1200, Recipe(candidates=(4, 10), copied=0.35), 700, {**_THINNED, "cloze": 0.0}),
    ),
    tokens=4000,
)
QUICK = Plan(phases=(Phase(3, Recipe(candidates=(3, 4))),), tokens=800, warmup=2)
