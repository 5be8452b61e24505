"""The figures that `kb_fit` found, one file a language: how to rank sentences, and how sure to be."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .types import Language

FOLDER = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class Ranker:
    """A linear score plus one small hidden layer, over standardised features."""

    mean: np.ndarray
    scale: np.ndarray
    linear: np.ndarray
    hidden: np.ndarray  # features × units
    bias: np.ndarray
    out: np.ndarray

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """A score a row; only differences within one question mean anything."""
        # A feature that never varied has scale 0 and tells nothing, nor does one that is not known (NaN).
        inputs = np.nan_to_num((rows - self.mean) / np.where(self.scale > 0, self.scale, np.inf))
        scores: np.ndarray = inputs @ self.linear + np.tanh(inputs @ self.hidden + self.bias) @ self.out
        return scores


@dataclass(frozen=True)
class Logistic:
    """Probability from features: 1 / (1 + e^-(weights · row + bias))."""

    weights: np.ndarray
    bias: float

    def __call__(self, row: np.ndarray) -> float:
        return float(1 / (1 + np.exp(-(row @ self.weights + self.bias))))


@dataclass(frozen=True)
class Weights:
    """`without_vectors` is the confidence of a search that compared no meanings; `standing_out` that of a Chinese
    section by its meaning alone.
    """

    ranker: Ranker
    confidence: Logistic
    without_vectors: Logistic
    standing_out: Logistic | None = None


@cache
def load(language: Language) -> Weights:
    data: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text())
    ranker = Ranker(**{name: np.array(values) for name, values in data["ranker"].items()})
    fitted = {
        name: Logistic(np.array(data[name]["weights"]), data[name]["bias"])
        for name in ("confidence", "without_vectors", "standing_out")
        if name in data
    }
    return Weights(ranker, **fitted)


def save(language: Language, weights: Weights) -> None:
    """Four digits are enough: the ranking does not change."""

    def plain(values: np.ndarray) -> Any:
        return np.round(values, 4).tolist()

    def logistic(one: Logistic) -> Any:
        return {"weights": plain(one.weights), "bias": round(one.bias, 4)}

    names = ("mean", "scale", "linear", "hidden", "bias", "out")
    data = {
        "ranker": {name: plain(getattr(weights.ranker, name)) for name in names},
        "confidence": logistic(weights.confidence),
        "without_vectors": logistic(weights.without_vectors),
        **({"standing_out": logistic(weights.standing_out)} if weights.standing_out else {}),
    }
    (FOLDER / f"{language}.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
    load.cache_clear()
