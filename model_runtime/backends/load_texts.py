"""From a checked folder to what reads texts as a whole."""

from pathlib import Path

from model_runtime.backends.texts import TextModel
from model_runtime.loading.quantization import Kernels
from model_runtime.quantizations import Quantization


def load_texts(
    folder: Path, *, quantization: Quantization, kernels: Kernels, device: str, architecture: str, threads: int
) -> TextModel:
    """The model of a checked folder. Raises ModelRefused.

    BERT on a CPU needs no torch: it loads in a third of the time and takes a third of the memory.
    """
    if device == "cpu" and kernels in ("float32", "fbgemm"):
        from model_runtime.backends.bert.load import load_bert

        if bert := load_bert(folder, int8=kernels == "fbgemm", threads=threads):
            return bert
    from model_runtime.backends.transformers.texts import TransformersTexts
    from model_runtime.loading.weights import load_module, prepare_torch

    prepare_torch(threads)
    return TransformersTexts(
        load_module(folder, quantization=quantization, kernels=kernels, device=device, architecture=architecture)
    )
