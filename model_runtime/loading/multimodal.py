"""Images of a conversation to tokens and pixels, through transformers' processors that need Pillow only."""

import math
import threading
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.multimodal_check import Vision
from model_runtime.loading.tokenizer import ChatTokenizer

MAX_PIXEL_BYTES = 1024 * 1024 * 1024
"""Of prepared images, those of waiting requests together."""

_MARK = "<fake_token_around_image>"


class TooManyImages(Exception):
    """The images of other requests fill the memory that is kept for them."""


class PixelMemory:
    """Counts the memory that prepared images hold. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = 0

    def hold(self, size: int) -> None:
        """Count `size` bytes. Raises ValueError if they never fit, TooManyImages if they do not fit now."""
        if size > MAX_PIXEL_BYTES:
            raise ValueError(
                f"The images take {size / 1e6:.0f} MB when prepared, more than the {MAX_PIXEL_BYTES / 1e6:.0f} MB "
                "there is room for. Send fewer or smaller ones."
            )
        with self._lock:
            if self._held + size > MAX_PIXEL_BYTES:
                raise TooManyImages
            self._held += size

    def release(self, size: int) -> None:
        """Give back what was held."""
        with self._lock:
            self._held -= size


@dataclass(eq=False)
class PromptImages:
    """What the image tokens of one prompt stand for, as `Backend.attach` takes it.

    `places` are their positions in the prompt, `pixels` the arrays that the vision model takes, an entry an image.
    A backend keeps in `features` what it made of them, so that all answers to a prompt share it.
    """

    places: list[int]
    pixels: list[dict[str, np.ndarray]]
    features: Any = None
    release: Callable[[], object] = lambda: None
    """Gives back the memory that was held for the pixels; once they are cleared, or by itself with this object."""


class ImagePrompter:
    """Puts images in their places. Safe to use from several threads."""

    def __init__(self, vision: Vision, tokenizer: ChatTokenizer) -> None:
        """Raises ModelRefused if the tokenizer does not know how images are written."""
        import transformers

        self._vision = vision
        self._tokenizer = tokenizer
        self._image_token = tokenizer.text_of(vision.image_token)
        if vision.framed and len(tokenizer.encode_control(_MARK)) != 1:
            raise ModelRefused(f"The tokenizer lacks the token {_MARK}, which images are written with.")
        rows = {"return_row_col_info": True} if vision.framed else {}
        self._processor: Any = getattr(transformers, f"{vision.processor}Pil")(**vision.arguments, **rows)
        self._memory = PixelMemory()

    def length(self, prompt: Sequence[int], images: Sequence[Image.Image]) -> int:
        """How many tokens `expand` will make; from the images' sizes alone, so it takes no time."""
        return len(prompt) - len(images) + sum(self._tokens(image) for image in images)

    def expand(self, prompt: Sequence[int], images: Sequence[Image.Image]) -> tuple[list[int], PromptImages]:
        """The prompt with as many image tokens as each image needs, and what they stand for.

        Raises ValueError when the prompt has not one image token for each image or the images are too large
        together, TooManyImages when memory is taken by other requests' images.
        """
        places = sum(token == self._vision.image_token for token in prompt)
        if places != len(images):
            raise ValueError(f"The chat template makes room for {places} images; there are {len(images)}.")
        expanded: list[int] = []
        pixels = []
        left = iter(images)
        for token in prompt:
            if token == self._vision.image_token:
                tokens, arrays = self._prepare(next(left))
                expanded += tokens
                pixels.append(arrays)
            else:
                expanded.append(token)
        prepared = PromptImages(
            [place for place, token in enumerate(expanded) if token == self._vision.image_token], pixels
        )
        self._count(prepared)
        return expanded, prepared

    def _prepare(self, image: Image.Image) -> tuple[list[int], dict[str, np.ndarray]]:
        vision = self._vision
        prepared = self._processor(images=[image], return_tensors="np")
        pixels: np.ndarray = prepared["pixel_values"]
        if pixels.shape[-3:] != (3, vision.side, vision.side):
            raise ValueError(f"The folder's image processor makes images of {pixels.shape}, which nobody expects.")
        if not vision.framed:
            return [vision.image_token] * vision.tokens, {"pixel_values": pixels}
        tokens = self._tokenizer.encode_control(self._framed(prepared["rows"][0][0], prepared["cols"][0][0]))
        if tokens.count(vision.image_token) != pixels.shape[1] * vision.tokens:
            raise ValueError("The image's tokens and its pixels do not agree.")
        return tokens, {"pixel_values": pixels, "pixel_attention_mask": prepared["pixel_attention_mask"]}

    def _tokens(self, image: Image.Image) -> int:
        if not self._vision.framed:
            return self._vision.tokens
        return len(self._tokenizer.encode_control(self._framed(*self._grid(image))))

    def _grid(self, image: Image.Image) -> tuple[int, int]:
        """Rows and columns that Idefics 3's processor will cut an image into; 0, 0 if it stays whole."""
        from transformers.models.idefics3.image_processing_pil_idefics3 import get_resize_output_image_size

        if not self._processor.do_image_splitting:
            return 0, 0
        side = self._vision.side
        # It wants an array, for its shape only: this one takes no memory.
        shape = np.broadcast_to(np.uint8(0), (3, image.height, image.width))
        height, width = get_resize_output_image_size(shape, self._processor.size["longest_edge"])
        aspect = width / height
        if width >= height:
            width = math.ceil(width / side) * side
            height = int(width / aspect)
        else:
            height = math.ceil(height / side) * side
            width = int(height * aspect)
        rows, columns = math.ceil(height / side), math.ceil(width / side)
        return (rows, columns) if max(rows, columns) > 1 else (0, 0)

    def _framed(self, rows: int, columns: int) -> str:
        """An image in Idefics 3's words: its frames row by row, then the whole in one frame."""
        mark, frame = _MARK, self._image_token * self._vision.tokens
        cells = "".join(
            "".join(f"{mark}<row_{row}_col_{column}>{frame}" for column in range(1, columns + 1)) + "\n"
            for row in range(1, rows + 1)
        )
        return f"{cells}\n{mark}<global-img>{frame}{mark}" if cells else f"{mark}<global-img>{frame}{mark}"

    def _count(self, images: PromptImages) -> None:
        """Hold memory for the pixels until they are seen, or nobody holds them."""
        size = sum(array.nbytes for arrays in images.pixels for array in arrays.values())
        self._memory.hold(size)
        images.release = weakref.finalize(images, self._memory.release, size)
