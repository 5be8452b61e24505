"""Texts to vectors: mean of the last layer over the real tokens, then length 1 (what sentence models do)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer


class TransformersEncoder:
    """An embedding model (`engine.embedding.EncoderBackend`)."""

    def __init__(self, model: Any, folder: Path) -> None:
        self._model = model
        self._device = next(model.parameters()).device
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_window(folder, model.config.max_position_embeddings))
        self._padding = int(model.config.pad_token_id or 0)
        self._first_token = _pools_first_token(folder)
        self.dimensions = int(model.config.hidden_size)

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token numbers of each text, cut to the model's window."""
        return [list(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]

    @torch.inference_mode()
    def embed(self, batch: Sequence[Sequence[int]]) -> list[list[float]]:
        """One vector of length 1 for each tokenized text."""
        longest = max(map(len, batch))
        padded = [[*ids, *[self._padding] * (longest - len(ids))] for ids in batch]
        real = [[1] * len(ids) + [0] * (longest - len(ids)) for ids in batch]
        mask = torch.tensor(real, device=self._device)
        output = self._model(input_ids=torch.tensor(padded, device=self._device), attention_mask=mask)
        hidden = output.last_hidden_state.float()
        if self._first_token:
            pooled = hidden[:, 0]
        else:
            weights = mask[:, :, None].float()
            pooled = (hidden * weights).sum(1) / weights.sum(1)
        vectors: list[list[float]] = torch.nn.functional.normalize(pooled, dim=1).tolist()
        return vectors


def _window(folder: Path, positions: int) -> int:
    """Tokens the model was trained to read, from sentence-transformers' side file where there is one."""
    side = folder / "sentence_bert_config.json"
    configured = json.loads(side.read_text()).get("max_seq_length") if side.is_file() else None
    return min(int(configured or positions), positions)


def _pools_first_token(folder: Path) -> bool:
    side = folder / "1_Pooling" / "config.json"
    return bool(json.loads(side.read_text()).get("pooling_mode_cls_token")) if side.is_file() else False
