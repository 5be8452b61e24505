"""The two training plans: the one that made the starter, and a smoke run of seconds."""

from model_runtime.training.loop import Phase, Plan
from model_runtime.training.variants import Recipe

FULL = Plan(
    phases=(
        Phase(500, Recipe(candidates=(3, 5), copied=0.2), {"cloze": 1.0, "off": 0.5, "smalltalk": 0.6}),
        Phase(1300, Recipe(candidates=(3, 7), copied=0.3), {"cloze": 0.3, "off": 0.7, "smalltalk": 0.6}),
        Phase(1800, Recipe(candidates=(6, 10), copied=0.35), {"cloze": 0.1, "off": 0.7, "smalltalk": 0.6}),
    ),
    tokens=5000,
)
QUICK = Plan(phases=(Phase(3, Recipe(candidates=(3, 4))),), tokens=800, warmup=2)
