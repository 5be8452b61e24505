"""Which words of an answer go with which words of a Chinese question, where neither stands in the other.

职务 goes with 任, 死因 with 病. Learnt from questions with marked answers (`fitting/associations.py`); one file,
`weights/associations-zh.json`: {piece of a question: {piece of a sentence: log-odds of standing in the answer}}.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from .weights import FOLDER

NAMES = ("goes_best", "goes_four", "clashes_worst", "clashes_four", "goes")
Model = Mapping[str, Mapping[str, float]]

PATH = FOLDER / "associations-zh.json"
_NUMBER, _LATIN = re.compile(r"\d+(?:[.,]\d+)*"), re.compile(r"[A-Za-zÀ-ÿ]+")
_OTHER = re.compile(r"[^\u3400-\u9fff0a·《]+")


_in_use: list[Model] = []


def load_associations() -> Model:
    if not _in_use:
        _in_use.append(json.loads(PATH.read_text(encoding="utf-8")))
    return _in_use[0]


def use_associations(model: Model) -> None:
    """In this process, from now on."""
    _in_use[:] = [model]


def save_associations() -> None:
    """Those in use become the shipped ones."""
    text = json.dumps(load_associations(), ensure_ascii=False, separators=(",", ":"))
    PATH.write_text(text + "\n", encoding="utf-8")


@lru_cache(maxsize=4096)
def sentence_pieces(text: str) -> frozenset[str]:
    """Single characters and pairs, any number as 0 and any Latin word as a."""
    return _pieces(text, (1, 2))


def question_pieces(text: str) -> frozenset[str]:
    """Pairs and triples, in the same form."""
    return _pieces(text, (2, 3))


def _pieces(text: str, lengths: tuple[int, ...]) -> frozenset[str]:
    runs = _OTHER.sub(" ", _LATIN.sub("a", _NUMBER.sub("0", text))).split()
    return frozenset(run[i : i + n] for run in runs for n in lengths for i in range(len(run) - n + 1))


def association_features(model: Model, question: str, sentences: Sequence[str]) -> list[list[float]]:
    """A row of `NAMES` a sentence. Of a piece's ties to several pieces of the question the strongest counts."""
    ties: dict[str, float] = {}
    for asked in sorted(question_pieces(question)):
        for piece, odds in model.get(asked, {}).items():
            if abs(odds) > abs(ties.get(piece, 0.0)):
                ties[piece] = odds
    for piece in sentence_pieces(question):
        ties.pop(piece, None)
    rows: list[list[float]] = []
    for sentence in sentences:
        pieces = sentence_pieces(sentence)
        held = sorted((ties[piece] for piece in pieces if piece in ties), reverse=True)
        goes, clashes = [odds for odds in held if odds > 0], [odds for odds in held if odds < 0]
        rows.append(
            [
                goes[0] if goes else 0.0,
                sum(goes[:4]),
                clashes[-1] if clashes else 0.0,
                sum(clashes[-4:]),
                sum(held) / math.sqrt(len(pieces) + 5),
            ]
        )
    return rows
