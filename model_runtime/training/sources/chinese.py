"""CMRC 2018 and DRCD: Chinese questions with answer spans."""

import json
import zipfile
from pathlib import Path
from typing import Any

from model_runtime.training.examples.examples import Pool, Question
from model_runtime.training.examples.text import sentences_of


def read_chinese(path: Path, name: str) -> Pool:
    """Pool of a file in SQuAD form (plain or the only member of a zip)."""
    return _pool(_load(path)["data"], name)


def _load(path: Path) -> dict[str, Any]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as file:
            loaded: dict[str, Any] = json.load(file)
            return loaded
    return dict(json.loads(path.read_text(encoding="utf-8")))


def _pool(articles: list[dict[str, Any]], name: str) -> Pool:
    pool = Pool(name, "zh")
    for title, paragraph in ((one.get("title") or "", part) for one in articles for part in one["paragraphs"]):
        sentences = sentences_of(paragraph["context"], "zh")
        ends: list[int] = []
        for sentence in sentences:
            start = paragraph["context"].find(sentence, ends[-1] if ends else 0)
            ends.append(max(start, ends[-1] if ends else 0) + len(sentence))
        for item in paragraph["qas"]:
            answers = tuple(dict.fromkeys(answer["text"].strip() for answer in item["answers"]))
            gold = frozenset(
                _holder(sentences, ends, answer["text"].strip(), answer["answer_start"])
                for answer in item["answers"]
            ) - {-1}
            if gold and answers:
                pool.questions.append(Question(item["question"].strip(), len(pool.passages), gold, answers))
        pool.passages.append(sentences)
        pool.titles.append(title)
    return pool


def _holder(sentences: list[str], ends: list[int], answer: str, offset: int) -> int:
    """The sentence at the answer's offset if it holds the answer, else the first that does, else -1."""
    at = next((index for index, end in enumerate(ends) if offset < end), -1)
    if at >= 0 and answer in sentences[at]:
        return at
    return next((index for index, sentence in enumerate(sentences) if answer in sentence), at)
