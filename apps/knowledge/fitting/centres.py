"""The means of the Chinese model's vectors, of sentences and of questions (`indexing/embedder.py`).

Whoever makes them anew gives every Chinese passage other vectors: those that were imported before need a migration.
"""

import json
from collections.abc import Sequence

import numpy as np

from apps.inference import services as inference

from ..indexing.embedder import CENTRES, Purpose
from ..ingest.blocks import Extracted
from ..ingest.sentences import split_sentences
from .sets import KnowledgeSet


def centres_save(sets: Sequence[KnowledgeSet]) -> None:
    """Help pages are left out: their sentences are about a single shop."""
    passages = [str(passage) for one in sets for passage in one.passages if not isinstance(passage, Extracted)]
    sentences = [text[start:end] for text in passages for start, end in split_sentences(text)]
    questions = [asking.text for one in sets if not one.help for asking in one.questions]
    means = {"passage": _mean(sentences, "passage"), "query": _mean(questions, "query")}
    CENTRES.write_text(json.dumps({purpose: np.round(mean, 4).tolist() for purpose, mean in means.items()}) + "\n")


def _mean(texts: Sequence[str], purpose: Purpose) -> np.ndarray:
    chosen = sorted(set(texts), key=len)
    mean: np.ndarray = np.mean(inference.embed_sync(texts=chosen, purpose=purpose, language="zh"), axis=0)
    return mean
