"""A tiny encoder that reads two languages: words that mean the same have the same vector."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SIZE, WINDOW = 32, 128
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
CONCEPTS = (("warranty", "保", "修"), ("return", "退", "货"), ("lamp", "lamps", "台", "灯"), ("sold", "卖"))


def make_concept_encoder(folder: Path) -> Path:
    """A BERT checkpoint of one layer that adds nothing: a text's vector is the mean of its words' concepts.

    Words that are none count nothing, so a text of only such words has no vector.
    """
    folder.mkdir(parents=True)
    words = [*SPECIAL, *(word for concept in CONCEPTS for word in concept)]
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": len(words),
        "hidden_size": SIZE,
        "intermediate_size": SIZE,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "max_position_embeddings": WINDOW,
        "type_vocab_size": 2,
        "pad_token_id": 0,
    }
    (folder / "config.json").write_text(json.dumps(config))
    save_file(_weights(len(words)), folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _weights(vocabulary: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    rows = [np.zeros(SIZE)] * len(SPECIAL)
    for concept in CONCEPTS:
        rows += [rng.normal(size=SIZE)] * len(concept)
    tensors = {
        "embeddings.word_embeddings.weight": np.array(rows, dtype=np.float32),
        "embeddings.position_embeddings.weight": np.zeros((WINDOW, SIZE), np.float32),
        "embeddings.token_type_embeddings.weight": np.zeros((2, SIZE), np.float32),
    }
    norms = ["embeddings.LayerNorm"]
    at = "encoder.layer.0"
    for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
        tensors |= _linear(f"{at}.{name}")
    for name in ("intermediate.dense", "output.dense"):
        tensors |= _linear(f"{at}.{name}")
    for name in (*norms, f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"):
        tensors |= {f"{name}.weight": np.ones(SIZE, np.float32), f"{name}.bias": np.zeros(SIZE, np.float32)}
    return tensors


def _linear(name: str) -> dict[str, np.ndarray]:
    return {f"{name}.weight": np.zeros((SIZE, SIZE), np.float32), f"{name}.bias": np.zeros(SIZE, np.float32)}
