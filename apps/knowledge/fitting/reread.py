"""How the shipped reranker changes the English confidence; kept in the model's own config."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from ..retrieval.confidence import evidence, missing_words
from ..retrieval.rerank import log_odds, rerank
from ..retrieval.weights import Weights
from .collect import Example
from .measure import THRESHOLD, ranked
from .train import fit_logistic

DECLINED = 0.95  # of the off-topic questions at a new assistant's threshold
CONFIG = Path(settings.STARTER_DIR) / "reranker" / "config.json"


def reread_weights(examples: Sequence[Example], weights: Weights) -> list[float]:
    """What `rerank.Wishes.confidence` says, fitted on examples that the reranker was not trained on.

    Raises LookupError where no reranker answers.
    """
    known = [(known_of(example, weights), bool(example.document)) for example in examples if example.places]
    answered, off_topic = (np.array([row for row, on in known if on is side]) for side in (True, False))
    found = fit_logistic(answered, off_topic, columns=range(4), declined=DECLINED)
    return [round(float(value), 4) for value in (*found.weights, found.bias + log_odds(THRESHOLD))]


def known_of(example: Example, weights: Weights) -> tuple[float, ...]:
    """What the reread confidence looks at, but for the bias."""
    question, candidates = example.question, example.candidates
    sentences = [one for one, _ in ranked(example, weights.ranker)]
    reread = rerank(question.text, candidates, sentences, "en")
    if reread is None:
        raise LookupError("no reranker answers")
    sure = weights.confidence(evidence(question, candidates, sentences, "en"))
    return log_odds(sure), log_odds(max(reread.chances.values())), *missing_words(question, candidates)


def reread_save(confidence: list[float]) -> None:
    config: dict[str, Any] = json.loads(CONFIG.read_text(encoding="utf-8"))
    config["task_specific_params"]["rerank"]["confidence"] = confidence
    CONFIG.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
