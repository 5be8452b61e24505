"""How the shipped reranker changes the confidence in each language; kept in the model's own config."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from apps.core.chances import log_odds

from ..retrieval.confidence import evidence, missing_words
from ..retrieval.rerank import rerank
from ..retrieval.types import Language
from ..retrieval.weights import Weights
from .collect import Example
from .measure import THRESHOLD, ranked
from .train import fit_logistic

# The search's own log-odds and the model's best; words that nothing holds are seen by a model that was trained on
# questions without an answer.
COLUMNS = range(2)
# Of the off-topic questions at a new assistant's threshold. In Chinese, where meanings are compared better, more of
# them cost few answers, and questions near a page need it.
DECLINED: dict[Language, float] = {"en": 0.94, "zh": 0.97}
PATIENCE = 60.0  # seconds for a question: nobody waits, and the machine may be busy
CONFIG = Path(settings.STARTER_DIR) / "reranker" / "config.json"


def reread_weights(examples: Sequence[Example], weights: Weights, language: Language) -> list[float]:
    """What `rerank.Wishes.confidence` says, fitted on examples that the reranker was not trained on.

    Raises LookupError where no reranker answers.
    """
    found = [example for example in examples if example.places]
    known = [(known_of(example, weights, language), bool(example.document)) for example in found]
    answered, off_topic = (np.array([row for row, on in known if on is side]) for side in (True, False))
    fitted = fit_logistic(answered, off_topic, columns=COLUMNS, declined=DECLINED[language])
    return [round(float(value), 4) for value in (*fitted.weights, fitted.bias + log_odds(THRESHOLD))]


def known_of(example: Example, weights: Weights, language: Language) -> tuple[float, ...]:
    """What the reread confidence looks at, but for the bias."""
    question, candidates = example.question, example.candidates
    sentences = [one for one, _ in ranked(example, weights.ranker)]
    reread = rerank(question.text, candidates, sentences, language, seconds=PATIENCE)
    if reread is None:
        raise LookupError("no reranker answers")
    sure = weights.confidence(evidence(question, candidates, sentences, language))
    return log_odds(sure), log_odds(max(reread.chances.values())), *missing_words(question, candidates)


def reread_save(language: Language, confidence: list[float]) -> None:
    config: dict[str, Any] = json.loads(CONFIG.read_text(encoding="utf-8"))
    config["task_specific_params"]["rerank"].setdefault("confidence", {})[language] = confidence
    CONFIG.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
