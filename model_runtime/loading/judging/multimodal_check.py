"""Judges the config of a model that reads text and images: its two parts, and how many tokens an image becomes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model_runtime.loading.judging.config_keys import KNOWN, words
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.image_check import check_values, sides
from model_runtime.loading.judging.strict_json import read_object

LIMIT = 4 * 1024 * 1024
MAX_ROWS = 6
"""Rows and columns that an image may be cut into; the models know names for as many."""

WHOLE = words(
    """
    text_config vision_config image_token_index image_token_id image_seq_length ignore_index scale_factor
    projector_hidden_act _pad_token_id vision_feature_layer vision_feature_select_strategy multimodal_projector_bias
    """
)
_TEXT_MODELS = frozenset({"llama", "mistral", "qwen2", "qwen3"})
# What transformers' Llama takes for sizes that a config leaves out, as LLaVA's do.
_LLAMA = {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32}
# Of no effect in transformers; those that would change the model elsewhere must be off.
_TEXT_NOTES = words(
    """
    _flash_attn_2_enabled is_llama_config neftune_noise_alpha perceiver_config pixel_shuffle_factor
    transformers.js_config
    """
)
_TEXT_OFF = words("qk_layer_norms use_resampler rope_interleaved")
_VISION_NOTES = words("projection_dim initializer_factor vision_use_head max_image_size size use_base_siglip")
_VISION_MODELS = {
    "llava": ("clip_vision_model", "siglip_vision_model"),
    "idefics3": ("idefics3", "idefics3_vision"),
    "smolvlm": ("smolvlm", "smolvlm_vision"),
}
_SQUARE = ("CLIPImageProcessor", "SiglipImageProcessor", "LlavaImageProcessor")
_FRAMED = ("Idefics3ImageProcessor", "SmolVLMImageProcessor")
_IGNORED = words("image_processor_type feature_extractor_type processor_class default_to_square video_sampling")
_ARGUMENTS = words(
    """
    do_resize do_rescale do_normalize do_center_crop do_convert_rgb do_pad do_image_splitting rescale_factor
    image_mean image_std size crop_size max_image_size resample
    """
)


@dataclass(frozen=True)
class Vision:
    """How images enter the prompt.

    Each becomes one picture of `side` × `side` pixels, or, if `framed`, several; each of these is `tokens` times
    the token `image_token`. `processor` is transformers' class (without its "Pil") with its arguments.
    """

    image_token: int
    side: int
    tokens: int
    framed: bool
    processor: str
    arguments: dict[str, Any]


def parts(config: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The configs of the text and of the vision model. Raises ModelRefused naming the key."""
    text, vision = config.get("text_config"), config.get("vision_config")
    if not isinstance(text, dict) or not isinstance(vision, dict):
        raise ModelRefused("config.json: text_config and vision_config must be objects.")
    if text.get("model_type") not in _TEXT_MODELS:
        raise ModelRefused(f"config.json: text_config.model_type must be one of {', '.join(sorted(_TEXT_MODELS))}.")
    towers = _VISION_MODELS[config["model_type"]]
    if vision.get("model_type") not in towers:
        raise ModelRefused(f"config.json: vision_config.model_type must be one of {', '.join(towers)}.")
    for name, part, known in (
        ("text_config", text, KNOWN | _TEXT_NOTES | _TEXT_OFF),
        ("vision_config", vision, KNOWN | _VISION_NOTES),
    ):
        unknown = sorted(set(part) - known)
        if unknown:
            raise ModelRefused(f"config.json: the key {name}.{unknown[0][:80]} is not known.")
    for key in _TEXT_OFF:
        if text.get(key):
            raise ModelRefused(f"config.json: text_config.{key} is not supported, so it must be off.")
    defaults = _LLAMA if text["model_type"] == "llama" else {}
    return defaults | text, vision


def read_vision(config: dict[str, Any], folder: Path) -> Vision:
    """How the model of a config, whose `parts` are checked, takes images. Raises ModelRefused naming the key."""
    vision = config["vision_config"]
    side, patch = vision.get("image_size"), vision.get("patch_size")
    if not (type(side) is int and type(patch) is int and side % patch == 0):
        raise ModelRefused("config.json: vision_config.image_size must be a multiple of its patch_size.")
    framed = config["model_type"] != "llava"
    settings = _settings(folder)
    processor = str(settings.get("image_processor_type") or "").removesuffix("Fast").removesuffix("Pil")
    names = _FRAMED if framed else _SQUARE
    if processor not in names:
        raise ModelRefused(
            f"The image processor {processor[:80]!r} is not supported; supported are {', '.join(names)}."
        )
    arguments = {key: value for key, value in settings.items() if key in _ARGUMENTS and value is not None}
    check_values(arguments)
    if framed:
        tokens = _framed_tokens(config, arguments, side, patch)
    else:
        tokens = _square_tokens(config, processor, arguments, side, patch)
    token = config.get("image_token_id", config.get("image_token_index"))
    if type(token) is not int or not 0 <= token < config["text_config"]["vocab_size"]:
        raise ModelRefused("config.json: image_token_id must be a token number.")
    return Vision(token, side, tokens, framed, processor, arguments)


def _settings(folder: Path) -> dict[str, Any]:
    """What the folder says of its image processor, in either of the two files for it."""
    own, whole = folder / "preprocessor_config.json", folder / "processor_config.json"
    settings: Any = read_object(own, LIMIT) if own.is_file() else None
    if settings is None and whole.is_file():
        settings = read_object(whole, LIMIT).get("image_processor")
    if not isinstance(settings, dict) or not settings:
        raise ModelRefused("There is no preprocessor_config.json, which says how images are prepared.")
    unknown = sorted(set(settings) - _ARGUMENTS - _IGNORED)
    if unknown:
        raise ModelRefused(f"preprocessor_config.json: the key {unknown[0][:80]!r} is not known.")
    if settings.get("do_resize") is False:
        raise ModelRefused("preprocessor_config.json: do_resize must be true, because images come in all sizes.")
    return settings


def _square_tokens(config: dict[str, Any], processor: str, arguments: dict[str, Any], side: int, patch: int) -> int:
    """Tokens of an image that LLaVA reads: one a patch; CLIP's own first state counts unless it is left out."""
    cropped = arguments.get("do_center_crop", processor != "SiglipImageProcessor")
    key = "crop_size" if cropped else "size"
    edge = (arguments.get("size") or {}).get("shortest_edge") if cropped else None
    if edge is not None:
        sides("size.shortest_edge", edge)
    if sides(key, arguments.get(key)) != (side, side):
        raise ModelRefused(f"preprocessor_config.json: {key} must be vision_config.image_size, {side} × {side}.")
    strategy = config.get("vision_feature_select_strategy", "default")
    if strategy not in ("default", "full"):
        raise ModelRefused("config.json: vision_feature_select_strategy must be default or full.")
    clip = config["vision_config"]["model_type"] == "clip_vision_model"
    return (side // patch) ** 2 + clip - (strategy == "default")


def _framed_tokens(config: dict[str, Any], arguments: dict[str, Any], side: int, patch: int) -> int:
    """Tokens of each frame that Idefics 3 cuts an image into: scale_factor² patches together are one."""
    frame = (arguments.get("max_image_size") or {}).get("longest_edge")
    longest = (arguments.get("size") or {}).get("longest_edge")
    if frame != side:
        raise ModelRefused(f"preprocessor_config.json: max_image_size must be vision_config.image_size, {side}.")
    if type(longest) is not int or not side <= longest <= MAX_ROWS * side:
        raise ModelRefused(f"preprocessor_config.json: size.longest_edge must be from {side} to {MAX_ROWS * side}.")
    if arguments.get("do_pad") is False:
        raise ModelRefused("preprocessor_config.json: do_pad must be true.")
    scale = config.get("scale_factor", 2)
    if type(scale) is not int or not 1 <= scale <= side // patch or (side // patch) % scale:
        raise ModelRefused("config.json: scale_factor must divide the patches of a side.")
    return (side // patch // scale) ** 2
