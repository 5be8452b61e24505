"""The training plans: the one for two CPU cores, the one for a GPU that made the starter, and a smoke run."""

from model_runtime.training.loop import Phase, Plan
from model_runtime.training.sequences.variants import Recipe

_THINNED = {"off": 0.4, "chat": 0.5, "smalltalk": 0.5}
# Small talk is short and cheap, and was still half wrong at step 1,200.
_LATE = {"cloze": 0.0, "store": 0.7, "ragqa": 0.5, "smalltalk": 3.0}
FULL = Plan(
    phases=(
        Phase(0.05, Recipe(candidates=(3, 4), copied=0.1, shuffled=0.8), 190, {**_THINNED, "cloze": 0.5}),
        Phase(0.115, Recipe(candidates=(3, 5), copied=0.25, shuffled=0.2), 260, {**_THINNED, "cloze": 0.2}),
        Phase(0.25, Recipe(candidates=(4, 8), copied=0.35), 350, {**_THINNED, "cloze": 0.0}),
        Phase(0.475, Recipe(candidates=(3, 7), copied=0.3, again=2.5, shuffled=0.1), 320, {"cloze": 0.15}),
        Phase(0.6, Recipe(candidates=(6, 10), copied=0.35, again=2.5), 480, {"cloze": 0.0}),
        Phase(0.85, Recipe(candidates=(3, 6), copied=0.3, again=3.0), 300, _LATE),
        Phase(1.0, Recipe(candidates=(6, 10), copied=0.4, again=3.0), 480, _LATE),
    ),
    steps=2000,
    tokens=4000,
    fall=0.8,
)
_VARIED = {"thinned": 0.3, "missing": 0.15, "hanging": 0.06, "dropped": 0.15}
_SEARCHED = {"thinned": 0.15, "missing": 0.18, "hanging": 0.08, "dropped": 0.1, "promoted": 0.7}
_ALL = {"cloze": 1.0, "qed": 3.0, "ragqa": 0.6, "store": 0.7, "smalltalk": 2.0}
_REAL = {**_ALL, "cloze": 0.15, "smalltalk": 3.0}
GPU = Plan(
    phases=(
        Phase(0.05, Recipe(candidates=(3, 5), copied=0.1, shuffled=0.8, thinned=0.3), 260, _ALL),
        Phase(0.15, Recipe(candidates=(3, 8), copied=0.3, shuffled=0.3, **_VARIED), 420, _ALL),
        Phase(0.6, Recipe(candidates=(4, 10), copied=0.4, again=2.5, promoted=0.3, **_VARIED), 768, _ALL),
        Phase(1.0, Recipe(candidates=(7, 10), copied=0.5, again=2.5, **_SEARCHED), 800, _REAL),
    ),
    seconds=220,
    tokens=24_000,
    matrix_rate=3e-3,
    embedding_rate=7e-4,
    decay=0.1,
    dropout=0.05,
    warmup=0.03,
    fall=0.7,
    workers=8,
)
QUICK = Plan(phases=(Phase(1.0, Recipe(candidates=(3, 4), hanging=0.2, missing=0.2)),), steps=3, tokens=800)
