"""The two training plans: the one that made the starter, and a smoke run of seconds."""

from model_runtime.training.loop import Phase, Plan
from model_runtime.training.variants import Recipe

_THINNED = {"off": 0.5, "chat": 0.7, "smalltalk": 0.6}
FULL = Plan(
    phases=(
        Phase(400, Recipe(candidates=(3, 5), copied=0.1, shuffled=0.8), _THINNED),
        Phase(1100, Recipe(candidates=(3, 6), copied=0.3, shuffled=0.3), {**_THINNED, "cloze": 0.3}),
        Phase(1500, Recipe(candidates=(5, 10), copied=0.35), {**_THINNED, "cloze": 0.0}),
    ),
    tokens=5000,
)
QUICK = Plan(phases=(Phase(3, Recipe(candidates=(3, 4))),), tokens=800, warmup=2)
