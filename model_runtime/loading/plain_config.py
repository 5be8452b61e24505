"""The config of a plain decoder as it is written: transformers' own classes import torch, 150 MB and a second."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from model_runtime.loading.judging.architectures import PLAIN_DECODERS
from model_runtime.loading.judging.config_check import check_config
from model_runtime.loading.judging.config_keys import words

_SAID = words(
    "vocab_size hidden_size intermediate_size num_hidden_layers num_attention_heads num_key_value_heads head_dim "
    "hidden_act rms_norm_eps max_position_embeddings tie_word_embeddings eos_token_id"
)


def read_config(folder: Path) -> Any:
    """What the checked folder's config says, with the attributes of transformers' own; of a plain decoder without
    importing torch, if it leaves nothing that matters to a default. Raises ModelRefused."""
    config, _ = check_config(folder)
    if plain := _plain(config):
        return plain
    from transformers import AutoConfig

    whole = AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    return whole.get_text_config()  # the model itself, unless it reads images too


def _plain(config: dict[str, Any]) -> SimpleNamespace | None:
    rope = config.get("rope_parameters") or {"rope_type": "default", "rope_theta": config.get("rope_theta")}
    if (
        config["model_type"] not in PLAIN_DECODERS
        or any(config.get(name) is None for name in _SAID)
        or not _says_its_window(config)
        or config.get("rope_scaling")
        or rope.get("rope_type") != "default"
        or not rope.get("rope_theta")
    ):
        return None
    return SimpleNamespace(**(config | {"rope_parameters": rope}))


def _says_its_window(config: dict[str, Any]) -> bool:
    """Whether nobody need know transformers' default of how far attention sees; a llama always sees everything."""
    if config["model_type"].startswith("qwen"):
        return config.get("use_sliding_window") is False
    return config["model_type"] == "llama" or "sliding_window" in config
