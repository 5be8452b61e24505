"""English questions with the sentence that answers each, and which of them are held out."""

import csv
import json
import random
from collections import defaultdict
from pathlib import Path

from model_runtime.training.examples.cloze import cloze_pool
from model_runtime.training.examples.text import detokenise
from model_runtime.training.reranker.pools import Pool, flat
from model_runtime.training.sources.qed import read_qed
from model_runtime.training.sources.ragqa import read_ragqa

# Of SQuAD's pairs, whole articles are kept for development: those of the first lines.
HELD_OUT_LINES = 1400
GROUP = 5
# `apps.knowledge.fitting.sets` reports on the groups 0 and 5 of ten among the first 8,500 lines.
GROUPED_LINES, REPORTED = 8500, (0, 5)
# It reports on QED's first 300 rows, and fits weights on the next 350, half of which the reranker leaves alone too.
HELD_OUT_ROWS = 475
RAGQA_STEP = 4  # long answers, of which every sentence counts as right
CLOZE = 3000  # questions made of QED's sentences


def english_pools(data: Path, kept_out: set[str], rng: random.Random) -> list[Pool]:
    """Pools to train on. `kept_out` are questions that others measure with."""
    folder = data / "qa_en"
    searches = _qed(folder / "qed-dev.jsonlines", kept_out)
    pools = [_squad(folder, kept_out), searches]
    pools += [flat(pool, RAGQA_STEP) for pool in read_ragqa(folder / "rag-qa-arena")]
    whole = read_qed(folder / "qed-dev.jsonlines")
    cloze = flat(cloze_pool(whole, CLOZE, rng))
    held = {number for question, gold in flat(whole).asked if question not in _texts(searches) for number in gold}
    held = {cloze.passage[number] for number in held}
    cloze.asked = [one for one in cloze.asked if cloze.passage[one[1][0]] not in held]
    return [*pools, cloze]


def _squad(folder: Path, kept_out: set[str]) -> Pool:
    sentences, questions = (
        [detokenise(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]
        for name in ("squad-sentences.txt", "squad-questions.txt")
    )
    raw = (folder / "squad-questions.txt").read_text(encoding="utf-8").splitlines()
    place: dict[str, int] = {}
    for sentence in sentences:
        place.setdefault(sentence, len(place))
    early, grouped = set(sentences[:HELD_OUT_LINES]), set(sentences[:GROUPED_LINES])
    pool = Pool("squad", list(place), [""] * len(place), [number // GROUP for number in place.values()])
    for sentence, question, own in zip(sentences, questions, raw, strict=True):
        number = place[sentence]
        reported = sentence in grouped and number // GROUP % 10 in REPORTED
        if sentence not in early and not reported and not {question, own} & kept_out:
            pool.asked.append((question, [number]))
    return pool


def _qed(path: Path, kept_out: set[str]) -> Pool:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = {row["question_text"].strip() for row in rows[HELD_OUT_ROWS:]}
    shared = {row["paragraph_text"] for row in rows[:HELD_OUT_ROWS]}
    shared |= {row["paragraph_text"] for row in rows if row["question_text"].strip() in kept_out}
    kept -= {row["question_text"].strip() for row in rows if row["paragraph_text"] in shared}
    pool = flat(read_qed(path))
    pool.asked = [one for one in pool.asked if one[0] in kept]
    return pool


def _texts(pool: Pool) -> set[str]:
    return {question for question, _ in pool.asked}


def rewordings(folder: Path, rng: random.Random, most: int = 40) -> list[Pool]:
    """What customers ask, `most` wordings of each wish: any of them answers any other."""
    sources = (
        (folder / "banking77-train.csv", "text", "category"),
        (folder / "bitext" / "Bitext_Sample_Customer_Service_Training_Dataset.csv", "utterance", "intent"),
    )
    pools = []
    for path, text, wish in sources:
        said: dict[str, dict[str, None]] = defaultdict(dict)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                said[row[wish]][" ".join(row[text].split())] = None
        pool = Pool(f"reworded-{path.stem[:7].lower()}", groups=True)
        for wordings in said.values():
            grouped(pool, [("", one) for one in rng.sample(list(wordings), min(most, len(wordings)))])
        pools.append(pool)
    return pools


def grouped(pool: Pool, entries: list[tuple[str, str]]) -> None:
    """Adds entries (place, sentence) that answer one another: each place, or sentence without one, is asked too."""
    numbers = pool.add([sentence for _, sentence in entries])
    for number, (place, sentence) in zip(numbers, entries, strict=True):
        pool.places[number] = place
        if others := [other for other in numbers if other != number]:
            pool.asked.append((place or sentence, others))
