"""The two training plans: the one that made the starter, and a smoke run of seconds."""

from model_runtime.training.loop import Phase, Plan
from model_runtime.training.variants import Recipe

_THINNED = {"off": 0.4, "chat": 0.5, "smalltalk": 0.5}
# Small talk is short and cheap, and was still half wrong at step 1,200.
_LATE = {"cloze": 0.0, "store": 0.7, "ragqa": 0.5, "smalltalk": 3.0}
FULL = Plan(
    phases=(
        Phase(100, Recipe(candidates=(3, 4), copied=0.1, shuffled=0.8), 190, {**_THINNED, "cloze": 0.5}),
        Phase(230, Recipe(candidates=(3, 5), copied=0.25, shuffled=0.2), 260, {**_THINNED, "cloze": 0.2}),
        Phase(500, Recipe(candidates=(4, 8), copied=0.35), 350, {**_THINNED, "cloze": 0.0}),
        Phase(950, Recipe(candidates=(3, 7), copied=0.3, again=2.5, shuffled=0.1), 320, {"cloze": 0.15}),
        Phase(1200, Recipe(candidates=(6, 10), copied=0.35, again=2.5), 480, {"cloze": 0.0}),
        Phase(1700, Recipe(candidates=(3, 6), copied=0.3, again=3.0), 300, _LATE),
        Phase(2000, Recipe(candidates=(6, 10), copied=0.4, again=3.0), 480, _LATE),
    ),
    tokens=4000,
    fall=0.8,
)
QUICK = Plan(phases=(Phase(3, Recipe(candidates=(3, 4))),), tokens=800, warmup=2)
