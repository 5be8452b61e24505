"""Images to the probabilities of classes, by a transformers model with a classification head."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from model_runtime.backends.probabilities import probabilities
from model_runtime.loading.image_preparation import ImagePreparation
from model_runtime.loading.judging.estimate import image_tokens
from model_runtime.loading.judging.labels import Labels


class ImageClassifier:
    """An image classifier (`engine.pooling.PooledBackend`); its inputs are float32 [3, height, width]."""

    def __init__(self, model: Any, preparation: ImagePreparation, *, labels: Labels) -> None:
        self.labels = labels
        self.prepare = preparation
        self._model = model
        self._weights = next(model.parameters())

    def probe(self) -> np.ndarray:
        """A grey image."""
        return self.prepare(Image.new("RGB", (64, 64), "grey"))

    def size(self, _item: np.ndarray) -> int:
        """Patches of an image; all images have the same size by now."""
        return image_tokens(self.prepare.height, self.prepare.width)

    @torch.inference_mode()
    def run(self, batch: Sequence[np.ndarray]) -> list[list[float]]:
        """The probability of each class, for each image."""
        pixels = torch.from_numpy(np.stack(batch)).to(self._weights.device, self._weights.dtype)
        logits = self._model(pixel_values=pixels).logits.float().cpu().numpy()
        return probabilities(logits, self.labels)
