"""Questions with the sentence that answers each, from the data that may be trained on, and what is held out."""

import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

from model_runtime.training import examples
from model_runtime.training.sources.qed import read_qed
from model_runtime.training.sources.ragqa import read_ragqa
from model_runtime.training.text import detokenise

# Of SQuAD's pairs, whole articles are kept for development: those of the first lines.
HELD_OUT_LINES = 1400
GROUP = 5
# `apps.knowledge.fitting.sets` reports on the groups 0 and 5 of ten among the first 8,500 lines.
GROUPED_LINES, REPORTED = 8500, (0, 5)
# It reports on QED's first 300 rows, and fits weights on the next 350, half of which the reranker leaves alone too.
HELD_OUT_ROWS = 475
RAGQA_STEP = 12  # its long answers teach little for their number


@dataclass(frozen=True)
class Pool:
    """Sentences in passage order. `passage[i]` is the passage of sentence i; `asked` are (question, the numbers
    of the sentences that answer it)."""

    name: str
    sentences: list[str]
    passage: list[int]
    asked: list[tuple[str, frozenset[int]]]


def read_pools(data: Path, development: set[str]) -> tuple[list[Pool], list[Pool]]:
    """(to train on, held out). `development` are the questions of the QED development set, which stay out."""
    folder = data / "qa_en"
    squad, held = _squad(folder)
    searches, held_searches = _qed(folder / "qed-dev.jsonlines", development)
    train = [squad, searches]
    train += [_flat(pool, RAGQA_STEP) for pool in read_ragqa(folder / "rag-qa-arena")]
    return train, [held, held_searches]


def _squad(folder: Path) -> tuple[Pool, Pool]:
    sentences, questions = (
        [detokenise(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        for name in ("squad-sentences.txt", "squad-questions.txt")
    )
    place: dict[str, int] = {}
    for sentence in sentences:
        place.setdefault(sentence, len(place))
    early = set(sentences[:HELD_OUT_LINES])
    grouped = set(sentences[:GROUPED_LINES])
    train = Pool("squad", list(place), [number // GROUP for number in place.values()], [])
    held = Pool("squad held out", train.sentences, train.passage, [])
    for sentence, question in zip(sentences, questions, strict=True):
        number = place[sentence]
        if sentence in early:
            held.asked.append((question, frozenset({number})))
        elif sentence not in grouped or number // GROUP % 10 not in REPORTED:
            train.asked.append((question, frozenset({number})))
    return train, held


def _qed(path: Path, development: set[str]) -> tuple[Pool, Pool]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = {row["question_text"].strip() for row in rows[HELD_OUT_ROWS:]}
    shared = {row["paragraph_text"] for row in rows[:HELD_OUT_ROWS]}
    shared |= {row["paragraph_text"] for row in rows if row["question_text"] in development}
    kept -= {row["question_text"].strip() for row in rows if row["paragraph_text"] in shared}
    whole = _flat(read_qed(path))
    train = replace(whole, name="qed", asked=[one for one in whole.asked if one[0] in kept])
    held = replace(whole, name="qed held out", asked=[one for one in whole.asked if one[0] not in kept])
    return train, held


def _flat(pool: examples.Pool, step: int = 1) -> Pool:
    """Every `step`th passage with its questions, the sentences numbered through."""
    kept = range(0, len(pool.passages), step)
    flat = Pool(pool.name, [], [], [])
    first: dict[int, int] = {}
    for number in kept:
        first[number] = len(flat.sentences)
        flat.sentences.extend(pool.passages[number])
        flat.passage.extend([number] * len(pool.passages[number]))
    for one in pool.questions:
        if one.passage in first:
            flat.asked.append((one.text, frozenset(first[one.passage] + place for place in one.gold)))
    return flat


def thinned(pools: list[Pool], share: dict[str, float], rng: random.Random) -> list[tuple[Pool, int]]:
    """A shuffled pass: (pool, number of the question), each pool `share` times (1 unless told)."""
    chosen: list[tuple[Pool, int]] = []
    for pool in pools:
        times = share.get(pool.name.split("-")[0], 1.0)
        whole, part = divmod(times, 1)
        numbers = list(range(len(pool.asked))) * int(whole)
        numbers += rng.sample(range(len(pool.asked)), int(part * len(pool.asked)))
        chosen += [(pool, number) for number in numbers]
    rng.shuffle(chosen)
    return chosen
