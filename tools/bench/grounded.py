"""Real prompts of the shipped model: the demo's questions, sentences of its documents, and its grammar."""

import json
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from apps.chat.generation.phrases import phrases_for
from apps.chat.generation.quoting.grammar import verbatim_grammar
from model_runtime.training.examples.prompt import Language, render_messages
from model_runtime.training.examples.ranking import KnowledgeBase
from model_runtime.training.examples.text import sentences_of
from tools.product import ROOT

CANDIDATES = 10
MAX_SENTENCES = 2


@dataclass(frozen=True)
class Grounded:
    """A question with its candidates, as the application puts it to the model."""

    messages: list[dict[str, str]]
    grammar: str


@cache
def _knowledge(topic: str, language: Language) -> KnowledgeBase:
    blocks = [
        block
        for path in sorted((ROOT / "demo" / topic / language).glob("*.md"))
        for block in path.read_text().split("---", 2)[-1].split("\n\n")
    ]
    passages = [sentences_of(block, language) for block in blocks if block.strip() and block[0] not in "#|"]
    return KnowledgeBase([passage for passage in passages if passage], language)


def _questions() -> list[tuple[str, Language, str]]:
    found: list[tuple[str, Language, str]] = []
    for path in sorted((ROOT / "demo" / "evaluation").glob("*.jsonl")):
        topic, _, ending = path.stem.rpartition("-")
        language: Language = "zh" if ending == "zh" else "en"
        found += [(topic, language, json.loads(line)["question"]) for line in Path(path).read_text().splitlines()]
    return found


def grounded(rng: random.Random, count: int, *, together: int = 1) -> list[Grounded]:
    """Some of the demo's questions, ranked by BM25; with `together`, so many sentences make one candidate."""
    made = []
    for topic, language, question in rng.sample(_questions(), count):
        base = _knowledge(topic, language)
        ranked = base.rank(question, passages=5 * together, limit=CANDIDATES * together)
        sentences = list(dict.fromkeys(base.passages[number][place] for number, place in ranked))
        joiner = " " if language == "en" else ""
        candidates = [joiner.join(sentences[at : at + together]) for at in range(0, len(sentences), together)]
        grammar = verbatim_grammar(candidates, phrases_for(language, name="Parley", overrides={}), MAX_SENTENCES)
        made.append(Grounded(render_messages(question, language, candidates), grammar))
    return made
