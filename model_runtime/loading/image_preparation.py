"""Images to what a model reads, through transformers' own processors that need Pillow only."""

from typing import Any

import numpy as np
from PIL import Image

from model_runtime.loading.judging.image_check import Preprocessor


class ImagePreparation:
    """Resizes, crops and normalises as the folder says. Safe to use from several threads."""

    def __init__(self, preprocessor: Preprocessor) -> None:
        import transformers

        processor = getattr(transformers, f"{preprocessor.name}Pil")
        self._processor: Any = processor(**preprocessor.arguments)
        self.height, self.width = preprocessor.height, preprocessor.width

    def __call__(self, image: Image.Image) -> np.ndarray:
        """Float32 [3, height, width] of an RGB image. Raises ValueError when it comes out in another shape."""
        prepared = np.asarray(self._processor(images=[image], return_tensors="np")["pixel_values"][0], np.float32)
        if prepared.shape != (3, self.height, self.width):
            raise ValueError(f"preprocessor_config.json makes images of {prepared.shape}, which nobody expects.")
        return prepared
