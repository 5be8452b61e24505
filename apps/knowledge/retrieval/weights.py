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
        # a feature that never varied (cosine, in a language without vectors) has scale 0 and tells nothing
        inputs = (rows - self.mean) / np.where(self.scale > 0, self.scale, np.inf)
        scores: np.ndarray = inputs @ self.linear + np.tanh(inputs @ self.hidden + self.bias) @ self.out
        return scores


@dataclass(frozen=True)
class Logistic:
    """Probability from features: 1 / (1 + e^-(weights · row + bias))."""

    weights: np.ndarray
    bias: float

    def __call__(self, row: np.ndarray) -> float:
        return float(1 / (1 + np.exp(-(row @ self.weights + self.bias))))


@cache
def load(language: Language) -> tuple[Ranker, Logistic]:
    data: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text())
    ranker = Ranker(**{name: np.array(values) for name, values in data["ranker"].items()})
    return ranker, Logistic(np.array(data["confidence"]["weights"]), data["confidence"]["bias"])


def save(language: Language, ranker: Ranker, confidence: Logistic) -> None:
    """Four digits are enough: the ranking does not change."""

    def plain(values: np.ndarray) -> Any:
        return np.round(values, 4).tolist()

    data = {
        "ranker": {
            name: plain(getattr(ranker, name)) for name in ("mean", "scale", "linear", "hidden", "bias", "out")
        },
        "confidence": {"weights": plain(confidence.weights), "bias": round(confidence.bias, 4)},
    }
    (FOLDER / f"{language}.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
    load.cache_clear()
