"""What the tests of several rooms share: a model small enough to be made, checked and served in a second, and the
children that read what is imported.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from tests.apps.kept_readers import KeptReaders

HIDDEN, HEAD, HEADS, LAYERS, INNER = 32, 16, 2, 1, 64
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def tiny_model_write(folder: Path, seed: int = 0) -> Path:
    """A Qwen3-shaped model with random weights and a byte tokenizer."""
    folder.mkdir(parents=True)
    tokenizer = Tokenizer(models.BPE({c: i for i, c in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [AddedToken(t, special=True) for t in ("<|endoftext|>", "<|im_start|>", "<|im_end|>")]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    vocabulary = tokenizer.get_vocab_size()
    config = {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "vocab_size": vocabulary,
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS,
        "head_dim": HEAD,
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "hidden_act": "silu",
        "tie_word_embeddings": True,
        "eos_token_id": 258,
        "pad_token_id": 256,
    }
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "chat_template": TEMPLATE,
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    random = np.random.default_rng(seed)
    tensors = {name: _values(random, shape) for name, shape in _shapes(vocabulary).items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def _values(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.ones(shape, np.float32) if len(shape) == 1 else random.normal(0, 0.05, shape).astype(np.float32)


def _shapes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    wide = HEADS * HEAD
    shapes: dict[str, tuple[int, ...]] = {
        "model.embed_tokens.weight": (vocabulary, HIDDEN),
        "model.norm.weight": (HIDDEN,),
    }
    for layer in range(LAYERS):
        inside = {
            "self_attn.q_proj": (wide, HIDDEN),
            "self_attn.k_proj": (wide, HIDDEN),
            "self_attn.v_proj": (wide, HIDDEN),
            "self_attn.o_proj": (HIDDEN, wide),
            "self_attn.q_norm": (HEAD,),
            "self_attn.k_norm": (HEAD,),
            "mlp.gate_proj": (INNER, HIDDEN),
            "mlp.up_proj": (INNER, HIDDEN),
            "mlp.down_proj": (HIDDEN, INNER),
            "input_layernorm": (HIDDEN,),
            "post_attention_layernorm": (HIDDEN,),
        }
        shapes |= {f"model.layers.{layer}.{name}.weight": shape for name, shape in inside.items()}
    return shapes


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder; copy it before changing anything in it."""
    return tiny_model_write(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def all_readers() -> Iterator[KeptReaders]:
    kept = KeptReaders()
    yield kept
    kept.end()


@pytest.fixture(autouse=True)
def kept_readers(all_readers: KeptReaders, monkeypatch: pytest.MonkeyPatch) -> None:
    all_readers.keep(monkeypatch)
