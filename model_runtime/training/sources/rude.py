"""English insults and prejudice without listed words, and what only looks like them: filled patterns."""

import random
from functools import cache
from importlib.resources import files

FOLDS = 5
TRIES = 20


@cache
def _lines(name: str) -> list[str]:
    text = files("model_runtime.training.sources").joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_rude(count: int, seed: int = 7) -> list[tuple[str, bool, bool]]:
    """About `count` distinct texts, half of them offensive: text, whether it offends, and whether it is held out,
    which a fifth of the patterns are with all their texts.
    """
    rng = random.Random(seed)
    lines = _lines("rude_en.txt")
    slots = dict(line.split(": ", 1) for line in lines if line[0] not in "+-")
    values = {name: words.split(" | ") for name, words in slots.items()}
    found: dict[str, tuple[bool, bool]] = {}
    for sign in "+-":
        patterns = [line[2:] for line in lines if line[0] == sign]
        each = count // 2 // len(patterns)
        for number, pattern in enumerate(patterns):
            texts = dict.fromkeys(_filled(pattern, values, rng) for _ in range(each * TRIES))
            found |= dict.fromkeys(list(texts)[:each], (sign == "+", number % FOLDS == 0))
    return [(text, offends, held) for text, (offends, held) in found.items()]


def read_rude_held() -> list[tuple[str, bool]]:
    """Texts as people write them, for measuring alone, and whether they offend."""
    return [(line[2:], line[0] == "+") for line in _lines("rude_held.txt")]


def _filled(pattern: str, values: dict[str, list[str]], rng: random.Random) -> str:
    words = {name: rng.choice(choices) for name, choices in values.items()}
    text = pattern.replace("{a}", "\0").format(**words)
    before, *behind = text.split("\0")
    for part in behind:  # the article agrees with what follows it
        before += ("an" if part.lstrip()[:1].lower() in "aeiou" else "a") + part
    return before if rng.random() < 0.5 else before[:1].upper() + before[1:]
