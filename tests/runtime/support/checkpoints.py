"""Tiny checkpoints with random weights, written without torch so that they cost milliseconds."""

import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LABELS = [*(f"[{number}]" for number in range(1, 17)), "[no]", "[hello]", "[thanks]", "[bye]", "[who]"]
TEXTS = [
    "You can return an item within 30 days of delivery.",
    "Refunds are paid to the card that was charged.",
    "Who pays for the return? We do, if the item is faulty.",
    "退货请在收货后三十天内提出。",
    "退款会退回到原来的银行卡。你好，再见，谢谢！",
]
HIDDEN, LAYERS, HEADS, KV_HEADS, HEAD, INNER = 64, 2, 4, 2, 16, 128


def make_tokenizer() -> Tokenizer:
    """Byte-level BPE of some 600 tokens, with the label tokens added."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(TEXTS * 20, trainer)
    tokenizer.add_tokens(LABELS)
    return tokenizer


def make_causal(folder: Path, *, context_length: int = 512, seed: int = 0) -> Path:
    """A Qwen3 checkpoint of two layers."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    vocabulary = tokenizer.get_vocab_size()
    _write(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"},
    )
    (folder / "chat_template.jinja").write_text(TEMPLATE)
    _write(folder / "generation_config.json", {"eos_token_id": 2, "pad_token_id": 0})
    _write(
        folder / "config.json",
        {
            "architectures": ["Qwen3ForCausalLM"],
            "model_type": "qwen3",
            "vocab_size": vocabulary,
            "hidden_size": HIDDEN,
            "intermediate_size": INNER,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "num_key_value_heads": KV_HEADS,
            "head_dim": HEAD,
            "max_position_embeddings": context_length,
            "tie_word_embeddings": True,
            "rms_norm_eps": 1e-6,
            "eos_token_id": 2,
            "pad_token_id": 0,
        },
    )
    rng = np.random.default_rng(seed)
    tensors = {"model.embed_tokens.weight": _random(rng, vocabulary, HIDDEN), "model.norm.weight": _ones(HIDDEN)}
    for layer in range(LAYERS):
        at = f"model.layers.{layer}"
        tensors |= {
            f"{at}.input_layernorm.weight": _ones(HIDDEN),
            f"{at}.post_attention_layernorm.weight": _ones(HIDDEN),
            f"{at}.self_attn.q_norm.weight": _ones(HEAD),
            f"{at}.self_attn.k_norm.weight": _ones(HEAD),
            f"{at}.self_attn.q_proj.weight": _random(rng, HEADS * HEAD, HIDDEN),
            f"{at}.self_attn.k_proj.weight": _random(rng, KV_HEADS * HEAD, HIDDEN),
            f"{at}.self_attn.v_proj.weight": _random(rng, KV_HEADS * HEAD, HIDDEN),
            f"{at}.self_attn.o_proj.weight": _random(rng, HIDDEN, HEADS * HEAD),
            f"{at}.mlp.gate_proj.weight": _random(rng, INNER, HIDDEN),
            f"{at}.mlp.up_proj.weight": _random(rng, INNER, HIDDEN),
            f"{at}.mlp.down_proj.weight": _random(rng, HIDDEN, INNER),
        }
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def make_encoder(folder: Path, *, seed: int = 0) -> Path:
    """A BERT checkpoint of two layers."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = make_tokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<|im_start|> $A <|im_end|>", special_tokens=[("<|im_start|>", 1), ("<|im_end|>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    vocabulary = tokenizer.get_vocab_size()
    _write(
        folder / "config.json",
        {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": vocabulary,
            "hidden_size": HIDDEN,
            "intermediate_size": INNER,
            "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS,
            "max_position_embeddings": 128,
            "type_vocab_size": 2,
            "pad_token_id": 0,
        },
    )
    rng = np.random.default_rng(seed)
    tensors = {
        "embeddings.word_embeddings.weight": _random(rng, vocabulary, HIDDEN),
        "embeddings.position_embeddings.weight": _random(rng, 128, HIDDEN),
        "embeddings.token_type_embeddings.weight": _random(rng, 2, HIDDEN),
        "embeddings.LayerNorm.weight": _ones(HIDDEN),
        "embeddings.LayerNorm.bias": _zeros(HIDDEN),
    }
    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}"
        linears = [(f"attention.self.{name}", HIDDEN, HIDDEN) for name in ("query", "key", "value")]
        linears += [("attention.output.dense", HIDDEN, HIDDEN)]
        linears += [("intermediate.dense", INNER, HIDDEN), ("output.dense", HIDDEN, INNER)]
        for name, rows, columns in linears:
            tensors[f"{at}.{name}.weight"] = _random(rng, rows, columns)
            tensors[f"{at}.{name}.bias"] = _zeros(rows)
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            tensors |= {f"{at}.{name}.weight": _ones(HIDDEN), f"{at}.{name}.bias": _zeros(HIDDEN)}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def edit_json(path: Path, **changes: object) -> None:
    """Set keys of a JSON file; None removes one."""
    value = json.loads(path.read_text()) | changes
    _write(path, {key: item for key, item in value.items() if item is not None})


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value))


def _random(rng: np.random.Generator, *shape: int) -> np.ndarray:
    # Spread wide enough that answers differ from place to place.
    return rng.normal(0, 0.2, shape).astype(np.float32)


def _ones(size: int) -> np.ndarray:
    return np.ones(size, dtype=np.float32)


def _zeros(size: int) -> np.ndarray:
    return np.zeros(size, dtype=np.float32)
