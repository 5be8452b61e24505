"""Chinese questions with the sentence that answers each, in the words that the packaged model can read."""

import random
from collections.abc import Callable
from pathlib import Path

from model_runtime.training.examples.cloze import cloze_pool
from model_runtime.training.reranker.pools import Pool, flat
from model_runtime.training.sources.chinese import read_chinese

# `apps.knowledge.fitting.sets` reports on and fits the confidence on the passages before these.
FIRST = {"qa_zh/cmrc2018-train.zip": 480, "qa_zh/drcd-dev.json": 490}
CLOZE = 2.0  # questions a passage, made of its sentences

Gloss = Callable[[str], str]


def chinese_pools(data: Path, kept_out: set[str], gloss: Gloss, rng: random.Random) -> list[Pool]:
    """Pools to train on. `kept_out` are questions that others measure with."""
    pools = []
    for name, first in FIRST.items():
        whole = read_chinese(data / name, Path(name).stem.split("-")[0])
        whole = whole.slice(first, len(whole.passages))
        whole.questions = [one for one in whole.questions if one.text not in kept_out]
        pools += [flat(whole), flat(cloze_pool(whole, int(CLOZE * len(whole.passages)), rng))]
    return [glossed_pool(pool, gloss) for pool in pools]


def glossed_pool(pool: Pool, gloss: Gloss) -> Pool:
    return Pool(
        f"zh-{pool.name}",
        [gloss(one) for one in pool.sentences],
        [gloss(one) for one in pool.places],
        pool.passage,
        [(gloss(question), gold) for question, gold in pool.asked],
        pool.groups,
    )
