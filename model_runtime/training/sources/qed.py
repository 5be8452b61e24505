"""QED: search-style questions on Wikipedia paragraphs. Held out: only the English development set."""

import json
from pathlib import Path

from model_runtime.training.examples.examples import Pool, Question
from model_runtime.training.examples.text import detokenise


def read_qed(path: Path) -> Pool:
    """Pool of the questions whose short answer stands in one sentence of the paragraph."""
    pool = Pool("qed", "en")
    seen: dict[str, int] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text, starts = record["paragraph_text"], record["sentence_starts"]
        pieces = [detokenise(text[a:b]) for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
        sentences = [piece for piece in pieces if piece]
        answers = tuple(
            dict.fromkeys(detokenise(span["string"]) for spans in record["original_nq_answers"] for span in spans)
        )
        gold = frozenset(i for i, s in enumerate(sentences) if any(answer in s for answer in answers))
        if not gold:
            continue
        passage = seen.setdefault(text, len(pool.passages))
        if passage == len(pool.passages):
            pool.passages.append(sentences)
            pool.titles.append(record["title_text"])
        pool.questions.append(Question(record["question_text"].strip(), passage, gold, answers))
    return pool
