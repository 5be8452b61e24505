"""Texts to padded batches of token numbers, for models that read a text as a whole."""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from model_runtime.engine.pooling import NoTokens

Tokens = Sequence[int]


class TextReader:
    """The tokenizer of a pooled model. Safe to use from several threads; `window` is in tokens."""

    def __init__(self, folder: Path, *, window: int, padding: int, device: torch.device) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._added = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        self._padding = padding
        self._device = device
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

    def pad(self, batch: Sequence[Tokens]) -> tuple[torch.Tensor, torch.Tensor]:
        """Token numbers and the mask of real ones, both int64 [batch, longest]."""
        longest = max(map(len, batch))
        padded = [[*ids, *[self._padding] * (longest - len(ids))] for ids in batch]
        real = [[1] * len(ids) + [0] * (longest - len(ids)) for ids in batch]
        return torch.tensor(padded, device=self._device), torch.tensor(real, device=self._device)
