"""RAG-QA Arena: real questions with long written answers; every sentence of an answer counts as gold."""

import json
from pathlib import Path

from model_runtime.training.examples.examples import Pool, Question
from model_runtime.training.examples.text import sentences_of

MAX_ANSWER_SENTENCES = 6


def read_ragqa(folder: Path) -> list[Pool]:
    """One pool a domain, each answer a passage."""
    return [_read(path) for path in sorted(folder.glob("*.jsonl"))]


def _read(path: Path) -> Pool:
    pool = Pool(f"ragqa-{path.stem.split('_')[1]}", "en")
    seen: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["question"] in seen:
            continue
        seen.add(record["question"])
        sentences = [s for s in sentences_of(record["answer"], "en") if 20 <= len(s) <= 300]
        sentences = sentences[:MAX_ANSWER_SENTENCES]
        if sentences:
            gold = frozenset(range(len(sentences)))
            pool.questions.append(Question(record["question"].strip(), len(pool.passages), gold))
            pool.passages.append(sentences)
    return pool
