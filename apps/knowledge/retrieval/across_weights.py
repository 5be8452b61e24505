"""The figures that `kb_fit_across` found: what a sentence in the other language counts, and how sure it is."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .weights import FOLDER, Logistic

_FILE = FOLDER / "across.json"


@dataclass(frozen=True)
class AcrossWeights:
    """`linear` has a weight for each of `across_features.NAMES`; `confidence` looks at `Compared.evidence`."""

    linear: np.ndarray
    confidence: Logistic

    def score(self, rows: np.ndarray) -> np.ndarray:
        """A score a row, of the size of those within a language: log-odds against the others of the question."""
        scores: np.ndarray = rows @ self.linear
        return scores


@cache
def load_across() -> AcrossWeights:
    data: dict[str, Any] = json.loads(_FILE.read_text())
    confidence = Logistic(np.array(data["confidence"]["weights"]), data["confidence"]["bias"])
    return AcrossWeights(np.array(data["linear"]), confidence)


def save_across(weights: AcrossWeights) -> None:
    confidence = {
        "weights": np.round(weights.confidence.weights, 4).tolist(),
        "bias": round(weights.confidence.bias, 4),
    }
    data = {"linear": np.round(weights.linear, 4).tolist(), "confidence": confidence}
    _FILE.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    load_across.cache_clear()
