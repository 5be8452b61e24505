"""The figures that `kb_fit_across` found: what a sentence in the other language counts, and how sure it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from apps.core.chances import chance_of, log_odds
from apps.core.language import Language

from .weights import FOLDER, Logistic

SUREST = 1e-4  # what is nearer to certain counts as this near
_FILE = FOLDER / "across.json"


@dataclass(frozen=True)
class AcrossWeights:
    """`linear` has a weight for each of `across_features.NAMES`; `confidence` looks at `Compared.evidence`.
    `reread` has, for the question's language, the weights of its log-odds and of a reranker's, and a bias.
    """

    linear: np.ndarray
    confidence: Logistic
    reread: Mapping[Language, tuple[float, float, float]] = field(default_factory=dict)

    def score(self, rows: np.ndarray) -> np.ndarray:
        """A score a row, of the size of those within a language: log-odds against the others of the question."""
        scores: np.ndarray = rows @ self.linear
        return scores

    def sure(self, confidence: float, chance: float, language: Language) -> float:
        """The confidence with the best chance that a reranker gave."""
        known, read, bias = self.reread.get(language, (1.0, 0.0, 0.0))
        return chance_of(known * log_odds(confidence, SUREST) + read * log_odds(chance, SUREST) + bias)


@cache
def load_across() -> AcrossWeights:
    data: dict[str, Any] = json.loads(_FILE.read_text())
    confidence = Logistic(np.array(data["confidence"]["weights"]), data["confidence"]["bias"])
    return AcrossWeights(np.array(data["linear"]), confidence, data["reread"])


def save_across(weights: AcrossWeights) -> None:
    confidence = {
        "weights": np.round(weights.confidence.weights, 4).tolist(),
        "bias": round(weights.confidence.bias, 4),
    }
    linear = np.round(weights.linear, 4).tolist()
    data = {"linear": linear, "confidence": confidence, "reread": weights.reread}
    _FILE.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    load_across.cache_clear()
