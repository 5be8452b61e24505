"""Pools as token ids, and pairs of them as batches."""

from collections import Counter
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from model_runtime.training.network.encoder import Ids, stacked
from model_runtime.training.reranker.pools import Pool

LONGEST = 96  # tokens of a pair
QUESTION = 40  # of them at most
FIRST, BETWEEN = 101, 102  # [CLS] and [SEP] of BERT's vocabulary
COLON = 1024
COMMON = 0.015  # of the questions: a word of more of them tells little

Pair = tuple[Ids, Ids]


@dataclass
class TokenPool:
    """A `Pool` with token ids for texts, and those that tell its questions apart."""

    name: str
    sentences: list[Ids]
    places: list[Ids]
    passage: list[int]
    asked: list[tuple[Ids, list[int]]]
    groups: bool
    telling: frozenset[int]

    def shown(self, number: int, *, placed: bool = True) -> Ids:
        place = self.places[number] if placed else []
        return [*place, COLON, *self.sentences[number]] if place else self.sentences[number]


def tokenised(pool: Pool, tokenizer: Tokenizer) -> TokenPool:
    def ids(texts: list[str], most: int) -> list[Ids]:
        return [one.ids[:most] for one in tokenizer.encode_batch(texts, add_special_tokens=False)]

    questions = ids([question for question, _ in pool.asked], QUESTION)
    return TokenPool(
        pool.name,
        ids(pool.sentences, LONGEST),
        ids(pool.places, QUESTION // 2),
        pool.passage,
        [(own, gold) for own, (_, gold) in zip(questions, pool.asked, strict=True)],
        pool.groups,
        _telling(questions),
    )


def _telling(questions: list[Ids]) -> frozenset[int]:
    asked = Counter(one for ids in questions for one in set(ids))
    return frozenset(one for one, count in asked.items() if count <= max(2, COMMON * len(questions)))


def plain_tokenizer(path: str) -> Tokenizer:
    """The packaged tokenizer without its own padding and truncation."""
    tokenizer = Tokenizer.from_file(path)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def padded(pairs: list[Pair]) -> dict[str, Tensor]:
    """One batch, padded on the right; a pair without a question is the text alone."""
    rows = [_joined(*pair) for pair in pairs]
    fed = stacked([ids for ids, _ in rows])
    longest = fed["input_ids"].shape[1]
    fed["token_type_ids"] = torch.tensor([[0] * asked + [1] * (longest - asked) for _, asked in rows])
    return fed


def _joined(question: Ids, text: Ids) -> tuple[Ids, int]:
    """The whole sequence, and how much of it is the question's."""
    if not question:
        ids = [FIRST, *text[: LONGEST - 2], BETWEEN]
        return ids, len(ids)
    asked = [FIRST, *question, BETWEEN]
    return [*asked, *text[: LONGEST - len(asked) - 1], BETWEEN], len(asked)
