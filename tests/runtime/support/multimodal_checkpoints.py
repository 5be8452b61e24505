"""Tiny models that read text and images, random weights, written by transformers as real ones are."""

from pathlib import Path
from typing import Any

from tests.runtime.support.checkpoints import edit_json, make_tokenizer

IMAGE_TOKEN = "<image>"
MARKS = [IMAGE_TOKEN, "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"]
CELLS = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>"
    "{% else %}{{ part['text'] }}{% endif %}{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
TEXT: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 1024,
    "initializer_range": 0.2,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
VISION: dict[str, Any] = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "image_size": 32,
    "patch_size": 8,
    "initializer_range": 0.5,
}
PROCESSORS: dict[str, dict[str, Any]] = {
    "llava": {
        "image_processor_type": "CLIPImageProcessor",
        "size": {"shortest_edge": 32},
        "crop_size": {"height": 32, "width": 32},
        "do_center_crop": True,
    },
    "siglip": {"image_processor_type": "SiglipImageProcessor", "size": {"height": 32, "width": 32}},
    "idefics3": {
        "image_processor_type": "Idefics3ImageProcessor",
        "size": {"longest_edge": 96},
        "max_image_size": {"longest_edge": 32},
        "do_image_splitting": True,
    },
}
PROCESSORS["smolvlm"] = PROCESSORS["idefics3"] | {"image_processor_type": "SmolVLMImageProcessor"}
FAMILIES = tuple(PROCESSORS)


def make_multimodal(folder: Path, family: str, *, seed: int = 0) -> Path:
    """A checkpoint of Idefics 3 or SmolVLM, or of LLaVA with the eyes of CLIP ("llava") or SigLIP ("siglip")."""
    import torch
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    tokenizer.add_special_tokens(MARKS)
    tokenizer.add_tokens(CELLS)
    tokenizer.save(str(folder / "tokenizer.json"))
    image_token = tokenizer.token_to_id(IMAGE_TOKEN)
    text = TEXT | {"vocab_size": tokenizer.get_vocab_size()}
    if family in ("llava", "siglip"):
        tower = "clip_vision_model" if family == "llava" else "siglip_vision_model"
        config: Any = transformers.LlavaConfig(
            text_config=text,
            vision_config=VISION | {"model_type": tower},
            image_token_index=image_token,
            vision_feature_select_strategy="default" if family == "llava" else "full",
        )
        kind: Any = transformers.LlavaForConditionalGeneration
    else:
        name = "Idefics3" if family == "idefics3" else "SmolVLM"
        kind = getattr(transformers, f"{name}ForConditionalGeneration")
        config = getattr(transformers, f"{name}Config")(
            text_config=text, vision_config=VISION, image_token_id=image_token, scale_factor=2
        )
    torch.manual_seed(seed)
    kind(config).save_pretrained(folder)
    edit_json(folder / "generation_config.json", eos_token_id=2)
    names = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text("{}")
    edit_json(folder / "tokenizer_config.json", **names)
    (folder / "preprocessor_config.json").write_text("{}")
    edit_json(folder / "preprocessor_config.json", **PROCESSORS[family])
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    return folder
