"""Examples as token ids, with the places where the model decides."""

import re
import zlib
from dataclasses import dataclass, field

import numpy as np
from tokenizers import Tokenizer

from model_runtime.training.examples import Example
from model_runtime.training.prompt import END, LABELS, PAD, SENTENCE_LABELS, START, SYSTEM
from model_runtime.training.text import match_key
from model_runtime.training.tokens import GAP, token_id

_WORD = re.compile(r"[A-Za-z0-9]+|[\u3400-\u9fff]")
Array = np.ndarray


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
        self._cache: dict[str, tuple[Array, Array, Array]] = {}

    def piece(self, text: str) -> tuple[Array, Array, Array]:
        """Ids, match keys (0: none) and end offsets of the tokens of a text."""
        if text not in self._cache:
            encoded = self.tokenizer.encode(text)
            keys = np.zeros(len(text) + 1, dtype=np.int64)
            for match in _WORD.finditer(text):
                key = match_key(match.group())
                keys[match.start() : match.end()] = zlib.crc32(key.encode()) + 1 if key else 0
            ends = np.array([end for _, end in encoded.offsets], dtype=np.int64)
            self._cache[text] = (np.array(encoded.ids), keys[np.maximum(ends - 1, 0)], ends)
        return self._cache[text]

    def prompt(self, example: Example) -> Encoded:
        """The prompt up to the assistant's turn."""
        ids = list(self._prefix[example.language])
        question, asked, _ = self.piece(example.question)
        ids.extend(question.tolist())
        overlap, span = [-1] * len(ids), [-1] * len(ids)
        labels: list[int] = []
        asked = asked[asked > 0]
        for index, sentence in enumerate(example.sentences):
            tokens, keys, ends = self.piece(sentence + " ")
            ids += [self.newline if index else self.gap, *tokens.tolist(), self.sentence_ids[index]]
            labels.append(len(ids) - 1)
            flags = np.where(keys > 0, np.isin(keys, asked), -1)
            overlap += [-1, *flags.tolist(), -1]
            span += [-1, *_span(example, index, ends, sentence), -1]
        ids += self._suffix
        overlap += [-1] * len(self._suffix)
        span += [-1] * len(self._suffix)
        return Encoded(ids, labels, example.gold, overlap, span, example.weight)

    def answer(self, encoded: Encoded, label: str, sentence: str = "") -> None:
        """Append a label, and a sentence after a space if given."""
        added = [self.label_ids[label]]
        if sentence:
            added += self.piece(" " + sentence)[0].tolist()
        self.append(encoded, added)

    @staticmethod
    def append(encoded: Encoded, ids: list[int]) -> None:
        """Append ids that no auxiliary task judges."""
        encoded.ids += ids
        encoded.overlap += [-1] * len(ids)
        encoded.span += [-1] * len(ids)


def _span(example: Example, index: int, ends: Array, sentence: str) -> list[int]:
    """1 for tokens of the answer in a gold sentence, 0 elsewhere; -1 where answers are not known."""
    if not example.answers:
        return [-1] * len(ends)
    flags = np.zeros(len(ends), dtype=np.int64)
    if index in example.gold:
        for answer in example.answers:
            start = sentence.find(answer)
            if start >= 0:
                flags |= (ends > start) & (ends <= start + len(answer))
    return [int(flag) for flag in flags]
