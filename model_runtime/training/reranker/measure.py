"""How good a reranker is on what the application's search found: the order of sentences, and telling off-topic
questions from others."""

import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from model_runtime.training.reranker.network import scores
from model_runtime.training.reranker.tokens import padded

WEIGHTS = (0.0, 0.5, 1.0, 2.0, 100.0)  # of the log-odds beside the search's score
BATCH = 256


@dataclass(frozen=True)
class Found:
    """What the search found for a question, the best sentence first: texts as the reranker gets them, the search's
    scores, which of them are right; none is for a question off topic. `sure` is the search's own log-odds.
    """

    question: str
    texts: list[str]
    scores: list[float]
    right: list[bool]
    answerable: bool
    sure: float
    missing: list[float]


def found_read(path: Path) -> dict[str, list[Found]]:
    """Sets of questions by name."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return {name: [Found(**row) for row in rows] for name, rows in json.load(file).items()}


@torch.inference_mode()
def log_odds(
    network: BertForSequenceClassification, tokenizer: Tokenizer, rows: Sequence[Found]
) -> list[list[float]]:
    """The network's score of each text of each question."""
    questions = tokenizer.encode_batch([row.question for row in rows], add_special_tokens=False)
    texts = tokenizer.encode_batch([text for row in rows for text in row.texts], add_special_tokens=False)
    owners = [number for number, row in enumerate(rows) for _ in row.texts]
    pairs = [(questions[owner].ids[:40], text.ids) for owner, text in zip(owners, texts, strict=True)]
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
    values = [0.0] * len(pairs)
    for first in range(0, len(order), BATCH):
        chosen = order[first : first + BATCH]
        fed = {key: one.to(network.device) for key, one in padded([pairs[i] for i in chosen]).items()}
        for i, value in zip(chosen, scores(network, fed).tolist(), strict=True):
            values[i] = value
    ends = iter(values)
    return [[next(ends) for _ in row.texts] for row in rows]


def report(rows: Sequence[Found], odds: Sequence[Sequence[float]]) -> str:
    """One line: how often a right sentence is the best, and among the best two, for each of WEIGHTS; how many of
    the questions off topic get lower odds than all but one in twenty of the answerable ones.
    """
    asked = [(row, own) for row, own in zip(rows, odds, strict=True) if row.answerable and row.texts]
    parts = []
    for weight in WEIGHTS:
        places = [_place(row, own, weight) for row, own in asked if any(row.right)]
        parts += [f"{weight:g}: " + " ".join(f"{sum(p < n for p in places) / len(asked):.3f}" for n in (1, 2, 3))]
    line = f"{len(asked)} asked, " + ", ".join(parts) if any(any(row.right) for row in rows) else ""
    on = sorted(max(own) for _, own in asked)
    off = [max(own, default=-99.0) for row, own in zip(rows, odds, strict=True) if not row.answerable]
    if on and off:
        cut = on[len(on) // 20]
        line += f"; {sum(one < cut for one in off) / len(off):.3f} of {len(off)} off topic below {cut:.2f}"
    return line


def _place(row: Found, odds: Sequence[float], weight: float) -> int:
    order = sorted(range(len(odds)), key=lambda i: -(row.scores[i] + weight * odds[i]))
    return next(place for place, i in enumerate(order) if row.right[i])
