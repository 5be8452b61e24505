"""`python -m tools.glossary.lines` shows the glossary: on a line a word, how often it is written, and its gloss."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np

from apps.knowledge.indexing.glossary.words import PATH


def words_save(path: Path, glosses: Mapping[str, tuple[int, str]]) -> None:
    """Of (how often it is written, gloss) by word; the same words make the same bytes."""
    rows = sorted(glosses.items())
    texts = [gloss.encode() for _word, (_count, gloss) in rows]
    np.savez_compressed(
        path,
        words=np.array([word for word, _ in rows]),
        counts=np.array([count for _word, (count, _gloss) in rows], dtype=np.uint32),
        bounds=np.cumsum([0, *map(len, texts)], dtype=np.uint32),
        text=np.frombuffer(b"".join(texts), dtype=np.uint8),
    )


def words_shown(path: Path) -> list[str]:
    with np.load(path, allow_pickle=False) as arrays:
        text, bounds = arrays["text"].tobytes(), arrays["bounds"].tolist()
        glosses = [text[start:end].decode() for start, end in pairwise(bounds)]
        return ["\t".join(map(str, row)) for row in zip(arrays["words"], arrays["counts"], glosses, strict=True)]


if __name__ == "__main__":
    print(*words_shown(PATH), sep="\n")
