"""Embeddings of prompts with images: computed once, put in the place of image tokens."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from model_runtime.backends.base import Work
from model_runtime.loading.multimodal import PromptImages


class ImageSlots:
    """The images of the sequences that are reading their prompts, by slot."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._embed = model.get_input_embeddings()
        self._reading: dict[int, PromptImages] = {}

    def attach(self, slot: int, images: PromptImages | None) -> None:
        """The sequence that begins in `slot` has these images, or none. Raises ValueError if they do not fit."""
        self._reading.pop(slot, None)
        if images is None:
            return
        self.see(images)
        if len(images.features) != len(images.places):
            raise ValueError(f"{len(images.places)} image tokens, but {len(images.features)} features of images")
        self._reading[slot] = images

    @torch.inference_mode()
    def see(self, images: PromptImages) -> None:
        """Compute what the images are to the text model, if that is not known yet. Takes long; from any thread."""
        if images.features is None:
            images.features = torch.cat([self._features(arrays) for arrays in images.pixels])
            images.pixels.clear()
            images.release()

    def embed(self, works: Sequence[Work], tokens: Tensor, positions: Tensor) -> Tensor:
        """Input embeddings [rows, tokens, size] for `tokens` at `positions` ([rows, tokens])."""
        embedded: Tensor = self._embed(tokens)
        for row, work in enumerate(works):
            images = self._reading.get(work.slot)
            if images is None:
                continue
            places = torch.tensor(images.places, device=tokens.device)
            index = torch.searchsorted(places, positions[row]).clamp_(max=len(places) - 1)
            standing = places[index] == positions[row]
            embedded[row, standing] = images.features[index[standing]].to(embedded.dtype)
            if work.start + len(work.tokens) > images.places[-1]:
                del self._reading[work.slot]
        return embedded

    def _features(self, arrays: dict[str, Any]) -> Tensor:
        """What one image adds to a prompt, [tokens, size]."""
        device, dtype = self._embed.weight.device, self._model.dtype
        tensors = {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}
        tensors["pixel_values"] = tensors["pixel_values"].to(dtype)
        features: Tensor = torch.cat(list(self._model.get_image_features(**tensors).pooler_output))
        return features
