"""Small pictures of noise, and prompts with them as transformers' own processors make them."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def picture(width: int = 70, height: int = 50, seed: int = 0) -> Image.Image:
    """An RGB picture of noise."""
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 255, (height, width, 3), dtype=np.uint8))


def data_url(image: Image.Image) -> str:
    """The picture as OpenAI's clients send it."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def prompt_of_transformers(
    folder: Path, family: str, messages: list[dict[str, Any]], images: list[Image.Image]
) -> Any:
    """What transformers' processor of the family makes of a conversation: input_ids, pixel_values, …"""
    import transformers

    from tests.runtime.support.multimodal_checkpoints import PROCESSORS, VISION

    settings = dict(PROCESSORS[family])
    reader = getattr(transformers, settings.pop("image_processor_type") + "Pil")(**settings)
    tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(str(folder))
    if family in ("llava", "siglip"):
        processor: Any = transformers.LlavaProcessor(
            reader,
            tokenizer,
            patch_size=VISION["patch_size"],
            vision_feature_select_strategy="default" if family == "llava" else "full",
            num_additional_image_tokens=int(family == "llava"),
        )
    else:
        # SmolVLM's own needs further packages, to read videos; its prompts are the same.
        processor = transformers.Idefics3Processor(reader, tokenizer, image_seq_len=4)
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    if not images:
        return tokenizer(text, add_special_tokens=False, return_tensors="pt")
    nested = images if family in ("llava", "siglip") else [images]
    return processor(text=text, images=nested, return_tensors="pt")
