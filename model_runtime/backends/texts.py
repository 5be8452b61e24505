"""Texts to token numbers, and what reads these as a whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tokenizers import Tokenizer

from model_runtime.engine.pooling import NoTokens

if TYPE_CHECKING:
    import numpy as np

Tokens = Sequence[int]


class Pair(NamedTuple):
    """A query and a document as one sequence: token numbers, and which of the two texts each is of (0 or 1)."""

    ids: Tokens
    texts: Sequence[int]


class TextModel(Protocol):
    """Makes numbers of texts: `bert.encoder` by itself, `transformers.texts` by what transformers computes."""

    vocab_size: int
    dimensions: int
    """Numbers of a state."""
    nbytes: int
    """Memory of the weights."""

    def states(self, batch: Sequence[Tokens], *, first: bool) -> "np.ndarray":
        """What the last layer makes of each text, float32 [texts, dimensions]: of its first token, or the mean."""

    def logits(self, batch: Sequence[Tokens], texts: Sequence[Sequence[int]] | None = None) -> "np.ndarray":
        """A classifier's logits for each text, float32 [texts, classes].

        `texts` says which of two texts (0 or 1) each token is of, for models that tell them apart.
        """


class TextReader:
    """The tokenizer of a pooled model. Safe to use from several threads; `window` is in tokens."""

    def __init__(self, folder: Path, *, window: int) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._added, self._added_to_pairs = map(self._tokenizer.num_special_tokens_to_add, (False, True))
        self.window = window

    def read(self, texts: Sequence[str], *, limit: int | None = None) -> list[list[int]]:
        """Token numbers of each text with the model's start and end tokens.

        `limit` cuts each text so that no more than so many tokens come out, start and end included.
        Raises NoTokens.
        """
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        if limit is not None:
            for encoding in encodings:
                encoding.truncate(max(0, limit - self._added))
        read = [list(self._tokenizer.post_process(encoding).ids) for encoding in encodings]
        if [] in read:
            raise NoTokens(f"Input {read.index([])} has no tokens.")
        return read

    def pair(self, query: str, documents: Sequence[str]) -> list[Pair]:
        """The query with each document, which is cut where both are too long together.

        Raises NoTokens, and ValueError where the query leaves no room for a document.
        """
        length = len(self.read([query])[0])
        if length + self._added_to_pairs > self.window:
            raise ValueError(f"The query has {length} tokens; this model reads {self.window} with the document.")
        first, *others = self._tokenizer.encode_batch([query, *documents], add_special_tokens=False)
        pairs = []
        for other in others:
            other.truncate(self.window - self._added_to_pairs - len(first))
            whole = self._tokenizer.post_process(first, other)
            pairs.append(Pair(whole.ids, whole.type_ids))
        return pairs
