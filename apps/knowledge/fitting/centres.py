"""The means of the Chinese model's vectors, of sentences and of questions in a language (`indexing/embedder.py`).

Whoever makes those of Chinese anew gives every Chinese passage other vectors, which the worker sees to
(`indexing/vectors.py`). Those of English serve questions across languages alone, whose weights then want fitting
anew.
"""

import json
from collections.abc import Sequence

import numpy as np

from apps.core.language import Language
from apps.inference import services as inference

from ..indexing.embedder import Purpose, centres, centres_path
from ..ingest.blocks import Extracted
from ..ingest.sentences import split_sentences
from .sets import KnowledgeSet


def centres_save(sets: Sequence[KnowledgeSet], language: Language) -> None:
    """Help pages are left out: their sentences are about a single shop."""
    passages = [passage for one in sets for passage in one.passages if not isinstance(passage, Extracted)]
    sentences = [sentence for passage in passages for sentence in _sentences(passage)]
    questions = [asking.text for one in sets if not one.help for asking in one.questions]
    means = {"passage": _mean(sentences, "passage"), "query": _mean(questions, "query")}
    path = centres_path(language)
    path.write_text(json.dumps({purpose: np.round(mean, 4).tolist() for purpose, mean in means.items()}) + "\n")
    centres.cache_clear()


def _sentences(passage: str | list[str]) -> list[str]:
    if isinstance(passage, list):
        return passage
    return [passage[start:end] for start, end in split_sentences(passage)]


def _mean(texts: Sequence[str], purpose: Purpose) -> np.ndarray:
    chosen = sorted(set(texts), key=len)
    mean: np.ndarray = np.mean(inference.embed_sync(texts=chosen, purpose=purpose, language="zh"), axis=0)
    return mean
