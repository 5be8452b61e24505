"""Texts with what they are, from the data that may be trained on, and what is held out."""

import csv
import html
import json
import random
import re
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from model_runtime.training.dataset import SMALLTALK_FILES
from model_runtime.training.examples.prompt import Language
from model_runtime.training.sources.chinese import read_chinese
from model_runtime.training.sources.intents import read_intents
from model_runtime.training.sources.ragqa import read_ragqa
from model_runtime.training.sources.rude import read_rude, read_rude_held
from model_runtime.training.sources.smalltalk import read_smalltalk
from model_runtime.training.sources.store import store_pool

LANGUAGES: tuple[Language, ...] = ("en", "zh")
LABELS = ("harmless", "offensive")
SENTENCES = 6_000  # of encyclopedic and written text, a language
FOLDS = 5
RUDE = 12_000  # filled patterns of English insults, and of what only looks like them


@dataclass(frozen=True)
class Text:
    """`source` names the set; `offensive` is the label, `held` whether it is for measuring alone."""

    source: str
    language: Language
    text: str
    offensive: bool
    held: bool


def read_texts(data: Path, seed: int = 7) -> list[Text]:
    """All texts: COLD (its dev set held out), Davidson and harmless sets (a fifth held out)."""
    rng = random.Random(seed)
    texts = [*_cold(data / "moderation"), *_davidson(data / "moderation" / "davidson.csv"), *_rude()]
    texts += _harmless("help questions", "en", read_intents(data / "intents"))
    pools = [
        read_chinese(data / "qa_zh" / "cmrc2018-train.zip", "cmrc"),
        read_chinese(data / "qa_zh" / "drcd-dev.json", "drcd"),
    ]
    texts += _harmless("questions", "zh", [question.text for pool in pools for question in pool.questions])
    answers = read_ragqa(data / "qa_en" / "rag-qa-arena")
    texts += _harmless("questions", "en", [question.text for pool in answers for question in pool.questions])
    for language in LANGUAGES:
        sentences = [s for pool in pools + answers if pool.language == language for p in pool.passages for s in p]
        texts += _harmless("sentences", language, rng.sample(sentences, min(SENTENCES, len(sentences))))
        utterances = read_smalltalk(data / "smalltalk" / SMALLTALK_FILES[language])
        greetings = [text for text, phrase in utterances if phrase != "no"]
        texts += _harmless("small talk", language, greetings)
        pages = store_pool(language, 1)
        asked = [question.text for question in pages.questions]
        texts += _harmless("help pages", language, asked + [s for page in pages.passages for s in page], held=True)
    return texts


def cleaned(text: str) -> str:
    """Without the marks of a tweet: links, names, retweets."""
    text = re.sub(r"https?://\S+", "", html.unescape(text))
    text = re.sub(r"\bRT\s+|@\w+:?", "", text)
    return re.sub(r"\s+", " ", text).strip(' "')


def held_out(text: str) -> bool:
    """Whether a text belongs to the fifth that is measured on; equal texts fall together."""
    return zlib.crc32(text.casefold().encode()) % FOLDS == 0


def _cold(folder: Path) -> list[Text]:
    found = {name: _rows(folder / f"cold-{name}.csv") for name in ("dev", "train")}
    measured = {row["TEXT"].strip() for row in found["dev"]}
    return [
        Text("COLD", "zh", row["TEXT"].strip(), row["label"] == "1", name == "dev")
        for name, rows in found.items()
        for row in rows
        if name == "dev" or row["TEXT"].strip() not in measured
    ]


def _davidson(path: Path) -> list[Text]:
    texts = {cleaned(row["tweet"]): row["class"] != "2" for row in _rows(path)}
    return [Text("Davidson", "en", text, label, held_out(text)) for text, label in texts.items() if text]


def _rude() -> list[Text]:
    filled = [Text("rude patterns", "en", text, offends, held) for text, offends, held in read_rude(RUDE)]
    return filled + [Text("rude by hand", "en", text, offends, True) for text, offends in read_rude_held()]


def _harmless(source: str, language: Language, texts: Iterable[str], *, held: bool | None = None) -> list[Text]:
    distinct = [text for text in dict.fromkeys(texts) if text.strip()]
    return [Text(source, language, text, False, held_out(text) if held is None else held) for text in distinct]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_texts(path: Path, texts: Iterable[Text]) -> None:
    """As lines of JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "".join(json.dumps(asdict(text), ensure_ascii=False) + "\n" for text in texts), encoding="utf-8"
    )


def load_texts(path: Path) -> list[Text]:
    """What `write_texts` wrote."""
    return [Text(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
