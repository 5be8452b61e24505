"""From a checked folder to BERT."""

from pathlib import Path

from model_runtime.backends.bert.encoder import Bert
from model_runtime.backends.bert.forward import compute
from model_runtime.backends.bert.shape import Shape, supports
from model_runtime.backends.bert.weights import Embeddings, Head, read_weights
from model_runtime.kernels.apart import compile_apart
from model_runtime.loading.judging.config_check import check_config
from model_runtime.loading.judging.errors import ModelRefused
from model_runtime.loading.judging.labels import read_labels
from model_runtime.loading.judging.shapes import LAYER
from model_runtime.loading.tensors import TensorReader

AHEAD = "model_runtime.backends.bert.ahead"


def load_bert(folder: Path, *, int8: bool, threads: int, apart: bool = True) -> Bert | None:
    """The model of a checked folder; None where transformers must compute it, or say what is wrong with it.

    What must be compiled is compiled by another process, unless `apart` is False.
    """
    config, architecture = check_config(folder)
    if not supports(config):
        return None
    shape, reader = Shape.of(config), TensorReader(folder)
    prefix = "bert." if any(name.startswith("bert.") for name in reader.names()) else ""
    at = f"{prefix}embeddings."
    try:
        embeddings = Embeddings(
            words=reader.table(f"{at}word_embeddings.weight", config["vocab_size"], shape.hidden),
            positions=reader.get(
                f"{at}position_embeddings.weight", config["max_position_embeddings"], shape.hidden
            ),
            texts=reader.get(f"{at}token_type_embeddings.weight", config["type_vocab_size"], shape.hidden),
        )
        weights = read_weights(reader, prefix, shape, int8=int8)
        classes = len(read_labels(config).names) if architecture.head else 0
        head = _head(reader, prefix, shape, classes) if classes else None
    except ModelRefused:
        return None
    if any(LAYER.search(name) for name in reader.unread()):
        return None
    reader.forget()
    if apart:
        compile_apart(compute, AHEAD)
    return Bert(embeddings, weights, head, shape, threads=threads)


def _head(reader: TensorReader, prefix: str, shape: Shape, classes: int) -> Head:
    return Head(
        pooler=reader.get(f"{prefix}pooler.dense.weight", shape.hidden, shape.hidden),
        pooler_bias=reader.get(f"{prefix}pooler.dense.bias", shape.hidden),
        classes=reader.get("classifier.weight", classes, shape.hidden),
        classes_bias=reader.get("classifier.bias", classes),
    )
