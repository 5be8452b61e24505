"""Tiny classifiers and encoders of every architecture, random weights, written by transformers as real ones are."""

from pathlib import Path
from typing import Any

from tokenizers import processors

from tests.runtime.support.checkpoints import edit_json, make_tokenizer

COMMON: dict[str, Any] = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
TEXT = COMMON | {"intermediate_size": 128, "max_position_embeddings": 130, "pad_token_id": 0}
DECODER = TEXT | {"num_key_value_heads": 2, "head_dim": 16}
RELATIVE = {
    "relative_attention": True,
    "position_buckets": 16,
    "pos_att_type": ["p2c", "c2p"],
    "share_att_key": True,
}
IMAGE = {"image_size": 32}

SIZES: dict[str, dict[str, Any]] = {
    "Bert": TEXT,
    "Roberta": TEXT | {"pad_token_id": 1, "type_vocab_size": 1},
    "XLMRoberta": TEXT | {"pad_token_id": 1, "type_vocab_size": 1},
    "DistilBert": {"dim": 64, "n_layers": 2, "n_heads": 4, "hidden_dim": 128, "max_position_embeddings": 130},
    "DebertaV2": TEXT | RELATIVE | {"norm_rel_ebd": "layer_norm", "pooler_hidden_size": 64},
    "ModernBert": TEXT | {"local_attention": 8, "bos_token_id": 1, "eos_token_id": 2, "cls_token_id": 1},
    "Llama": DECODER,
    "Qwen2": DECODER,
    "Qwen3": DECODER,
    "ViT": COMMON | IMAGE | {"intermediate_size": 128, "patch_size": 8},
    "Swin": IMAGE | {"embed_dim": 32, "depths": [1, 2], "num_heads": [2, 2], "window_size": 4, "patch_size": 2},
    "ConvNext": {"hidden_sizes": [16, 64, 64, 64], "depths": [1, 1, 2, 1], "layer_scale_init_value": 1.0},
    "ResNet": {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic"},
    "MobileNetV2": IMAGE | {"depth_multiplier": 0.25},
}
PROCESSORS: dict[str, dict[str, Any]] = {
    "ViT": {"image_processor_type": "ViTImageProcessor", "size": {"height": 32, "width": 32}},
    "Swin": {"feature_extractor_type": "ViTFeatureExtractor", "size": 32, "resample": 3},
    "ConvNext": {
        "image_processor_type": "ConvNextImageProcessor",
        "size": {"shortest_edge": 32},
        "crop_pct": 0.875,
    },
    "ResNet": {"feature_extractor_type": "ConvNextFeatureExtractor", "size": 48, "crop_pct": 0.875, "resample": 3},
    "MobileNetV2": {
        "image_processor_type": "MobileNetV2ImageProcessor",
        "size": {"shortest_edge": 40},
        "crop_size": {"height": 32, "width": 32},
        "do_center_crop": True,
    },
}


def make_pooled(folder: Path, family: str, task: str = "ForSequenceClassification", **config: Any) -> Path:
    """A checkpoint of `family` + `task` ("Model" for an encoder); `config` adds to the config."""
    import torch
    import transformers

    folder.mkdir(parents=True, exist_ok=True)
    sizes = dict(SIZES[family])
    if family not in PROCESSORS:
        sizes["vocab_size"] = _write_tokenizer(folder)
    cls = getattr(transformers, family + task)
    torch.manual_seed(len(family))
    model = cls(cls.config_class(**(sizes | config)))
    for parameter in model.parameters():  # spread wide enough that answers differ from input to input
        if parameter.dim() > 1:
            spread = 1.5 if parameter.dim() == 2 else 1.0
            torch.nn.init.normal_(parameter, 0, spread * parameter[0].numel() ** -0.5)
    model.save_pretrained(folder)
    return folder


def make_image_classifier(folder: Path, family: str = "ViT", **config: Any) -> Path:
    """An image classifier of `family` with its preprocessor_config.json."""
    config = {"id2label": {0: "cat", 1: "dog", 2: "crane"}} | config
    make_pooled(folder, family, "ForImageClassification", **config)
    common = {"do_resize": True, "do_normalize": True, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.3, 0.4]}
    (folder / "preprocessor_config.json").write_text("{}")
    edit_json(folder / "preprocessor_config.json", **(common | PROCESSORS[family]))
    return folder


def make_classifier(folder: Path, family: str = "Bert", **config: Any) -> Path:
    """A text classifier of three classes."""
    return make_pooled(folder, family, **({"id2label": {0: "fine", 1: "rude", 2: "危险"}} | config))


def _write_tokenizer(folder: Path) -> int:
    tokenizer = make_tokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|im_start|> $A <|im_end|>", special_tokens=[("<|im_start|>", 1), ("<|im_end|>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return tokenizer.get_vocab_size()
