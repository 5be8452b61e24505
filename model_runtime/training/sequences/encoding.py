"""Examples as token ids, with the places where the model decides."""

import multiprocessing
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from tokenizers import Tokenizer

from model_runtime.training.examples.examples import Example
from model_runtime.training.examples.prompt import END, LABELS, PAD, SENTENCE_LABELS, START, SYSTEM
from model_runtime.training.examples.text import match_key
from model_runtime.training.sequences.tokens import GAP, token_id

_WORD = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]")
Array = np.ndarray
Piece = tuple[Array, Array, Array]


_shared: list[Tokenizer] = []  # in a worker process: its tokenizer


def _share(tokenizer: Tokenizer) -> None:
    _shared[:] = [tokenizer]


def _encode_there(text: str) -> Piece:
    return encode(_shared[0], text)


def encode(tokenizer: Tokenizer, text: str) -> Piece:
    """Ids, match keys (0: none) and end offsets of the tokens of a text."""
    encoded = tokenizer.encode(text)
    keys = np.zeros(len(text) + 1, dtype=np.int64)
    for match in _WORD.finditer(text):
        key = match_key(match.group())
        keys[match.start() : match.end()] = zlib.crc32(key.encode()) + 1 if key else 0
    ends = np.array([end for _, end in encoded.offsets], dtype=np.int64)
    return np.array(encoded.ids), keys[np.maximum(ends - 1, 0)], ends


@dataclass
class Encoded:
    """One sequence. `decisions` are (position, allowed-as-right target ids, weight): the token after `position`
    is to be one of the targets. `labels` are the positions of the candidates' labels, `gold` their indices
    (empty: none answers), `overlap` marks tokens whose word stands in the question (-1: not judged), `span`
    marks tokens of the answer (-1: not judged)."""

    ids: list[int]
    labels: list[int]
    gold: list[int]
    overlap: list[int]
    span: list[int]
    weight: float
    decisions: list[tuple[int, list[int], float]] = field(default_factory=list)


class Encoder:
    """Encodes piece by piece, with a cache of sentences; equal to encoding the rendered prompt whole."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.label_ids = {label: token_id(tokenizer, label) for label in LABELS}
        self.sentence_ids = [self.label_ids[label] for label in SENTENCE_LABELS]
        self.gap = token_id(tokenizer, GAP)
        self.newline = tokenizer.encode("\n").ids[0]
        self.end, self.pad = token_id(tokenizer, END), token_id(tokenizer, PAD)
        self._prefix = {
            language: tokenizer.encode(f"{START}system\n{text}{END}\n{START}user\n").ids
            for language, text in SYSTEM.items()
        }
        self._suffix = tokenizer.encode(f"{END}\n{START}assistant\n").ids
        self._cache: dict[str, Piece] = {}
        self._said: dict[str, list[int]] = {}

    def piece(self, text: str) -> Piece:
        """Ids, match keys (0: none) and end offsets of the tokens of a text."""
        if text not in self._cache:
            self._cache[text] = encode(self.tokenizer, text)
        return self._cache[text]

    def prepare(self, sentences: Sequence[str], workers: int) -> None:
        """Encode sentences as candidates with several processes, before others are forked that will need them."""
        texts = [f"{sentence} " for sentence in sentences]
        with multiprocessing.get_context("fork").Pool(workers, _share, (self.tokenizer,)) as pool:
            pieces = pool.map(_encode_there, texts, chunksize=500)
        self._cache.update(zip(texts, pieces, strict=True))

    def prompt(self, example: Example) -> Encoded:
        """The prompt up to the assistant's turn."""
        ids = list(self._prefix[example.language])
        question, asked, _ = self.piece(example.question)
        ids.extend(question.tolist())
        overlap, span = [-1] * len(ids), [-1] * len(ids)
        labels: list[int] = []
        pieces = [self.piece(f"{sentence} ") for sentence in example.sentences]
        keys = np.concatenate([keys for _, keys, _ in pieces]) if pieces else asked
        flags = np.where(keys > 0, np.isin(keys, asked[asked > 0]), -1).tolist()
        done = 0
        for index, (tokens, _, ends) in enumerate(pieces):
            ids += [self.newline if index else self.gap, *tokens.tolist(), self.sentence_ids[index]]
            labels.append(len(ids) - 1)
            overlap += [-1, *flags[done : done + len(tokens)], -1]
            done += len(tokens)
            span += [-1, *_span(example, index, ends), -1]
        ids += self._suffix
        overlap += [-1] * len(self._suffix)
        span += [-1] * len(self._suffix)
        return Encoded(ids, labels, example.gold, overlap, span, example.weight)

    def answer(self, encoded: Encoded, label: str, sentence: str = "") -> None:
        """Append a label, and a sentence after a space if given."""
        added = [self.label_ids[label]]
        if sentence:
            if sentence not in self._said:
                self._said[sentence] = self.tokenizer.encode(f" {sentence}").ids
            added += self._said[sentence]
        self.append(encoded, added)

    @staticmethod
    def append(encoded: Encoded, ids: list[int]) -> None:
        """Append ids that no auxiliary task judges."""
        encoded.ids += ids
        encoded.overlap += [-1] * len(ids)
        encoded.span += [-1] * len(ids)


def _span(example: Example, index: int, ends: Array) -> list[int]:
    """1 for tokens of the answer in a gold sentence, 0 elsewhere; -1 where answers are not known."""
    if not example.answers or index not in example.gold:
        return [0 if example.answers else -1] * len(ends)
    flags = np.zeros(len(ends), dtype=np.int64)
    for answer in example.answers:
        start = example.sentences[index].find(answer)
        if start >= 0:
            flags |= (ends > start) & (ends <= start + len(answer))
    found: list[int] = flags.tolist()
    return found
