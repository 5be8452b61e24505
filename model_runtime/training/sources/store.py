"""Help-centre questions generated from the facts in facts_en.txt and facts_zh.txt, with varied figures."""

import random
from functools import cache
from importlib.resources import files

from model_runtime.training.examples.examples import Pool, Question
from model_runtime.training.examples.prompt import Language

PASSAGE_SENTENCES = 5
NUMBERS: dict[str, tuple[str, ...]] = {
    "days": ("3", "5", "7", "10", "14", "15", "21", "30", "45", "60", "90"),
    "hours": ("2", "4", "12", "24", "48", "72"),
    "money": ("5", "9.90", "15", "20", "29", "49", "50", "99", "199", "300"),
    "percent": ("5", "8", "10", "15", "20", "25"),
    "count": ("2", "3", "4", "5", "6", "8", "10", "12", "20", "50", "100"),
    "phone": ("400-820-1111", "400-660-8899", "0800 555 123", "1-800-555-0142", "010-6655 8877"),
    "open": ("8", "9", "10"),
    "close": ("5", "6", "8", "10"),
}


@cache
def _read(language: Language) -> tuple[dict[str, tuple[str, ...]], list[tuple[list[str], list[str]]]]:
    """Slots, and facts as (questions, wordings)."""
    text = files("model_runtime.training.sources").joinpath(f"facts_{language}.txt").read_text(encoding="utf-8")
    slots, facts = dict(NUMBERS), list[tuple[list[str], list[str]]]()
    for line in text.splitlines():
        if not line:
            facts.append(([], []))
        elif line.startswith("? "):
            facts[-1][0].append(line[2:])
        elif line.startswith("= "):
            facts[-1][1].append(line[2:])
        elif not line.startswith("#"):
            name, values = line.split(": ", 1)
            slots[name] = tuple(values.split(" | "))
    return slots, [fact for fact in facts if fact[0]]


def store_pool(language: Language, seed: int, *, held_out: bool = False) -> Pool:
    """One shop's help pages: facts once each in one wording, shuffled, with their questions.

    The last question of every fact is only asked when `held_out`, and then it alone.
    """
    rng = random.Random(f"{language}-{seed}")
    slots, facts = _read(language)
    facts = rng.sample(facts, rng.randint(len(facts) * 2 // 3, len(facts)))
    pool = Pool("store", language)
    for index, (questions, sentences) in enumerate(facts):
        if index % PASSAGE_SENTENCES == 0:
            pool.passages.append([])
        values = {slot: rng.choice(choices) for slot, choices in slots.items()}
        pool.passages[-1].append(rng.choice(sentences).format(**values))
        place = frozenset({len(pool.passages[-1]) - 1})
        for question in questions[-1:] if held_out else questions[:-1]:
            pool.questions.append(Question(question.format(**values), len(pool.passages) - 1, place))
    return pool
