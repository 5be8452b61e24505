"""The dataset stage: sources to ranked examples, written as JSON lines."""

import logging
import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from model_runtime.training.examples.cloze import cloze_pool
from model_runtime.training.examples.examples import Example, Pool, write_examples
from model_runtime.training.examples.prompt import Language
from model_runtime.training.examples.ranking import KnowledgeBase
from model_runtime.training.sequences.variants import emptied
from model_runtime.training.sources.chinese import read_chinese
from model_runtime.training.sources.intents import read_intents
from model_runtime.training.sources.qed import read_qed
from model_runtime.training.sources.ragqa import read_ragqa
from model_runtime.training.sources.smalltalk import common_smalltalk, read_smalltalk
from model_runtime.training.sources.squad import Capitals, read_squad
from model_runtime.training.sources.store import store_pool

log = logging.getLogger(__name__)
POOL_PASSAGES = 240
COMMON_REPEATS = 6
SMALLTALK_FILES: dict[Language, str] = {
    "en": "english-professional.qna",
    "zh": "chinese_simplified-professional.qna",
}


@dataclass(frozen=True)
class Size:
    """How much to build; `quick` keeps a smoke run to seconds."""

    store_pools: int = 60
    cloze: float = 1.0
    gone_share: float = 0.04
    pools: int | None = None
    smalltalk: int | None = None
    passages: int = POOL_PASSAGES
    candidates: int = 10


LARGE = Size(cloze=1.5, gone_share=0.06, candidates=12)
QUICK = Size(store_pools=2, cloze=0.1, pools=1, smalltalk=60, passages=30)


def build(
    data: Path, out: Path, *, size: Size, development: frozenset[str] | None = None, seed: int = 7
) -> dict[str, int]:
    """Write train.jsonl and the development sets dev-*.jsonl; returns how many examples each holds.

    QED is held out as a whole; with `development`, questions of it that are to stay out with their paragraphs, the
    others are trained on.
    """
    out.mkdir(parents=True, exist_ok=True)
    searches, qed = divided(read_qed(data / "qa_en" / "qed-dev.jsonlines"), development)
    rng = random.Random(seed)
    ragqa = read_ragqa(data / "qa_en" / "rag-qa-arena")
    capitals = Capitals([s for pool in ragqa for passage in pool.passages for s in passage])
    pools = [
        read_squad(data / "qa_en", capitals),
        *ragqa,
        read_chinese(data / "qa_zh" / "cmrc2018-train.zip", "cmrc"),
        read_chinese(data / "qa_zh" / "drcd-dev.json", "drcd"),
        searches,
    ]
    slices = [part for pool in pools for part in _slices(pool, size.passages)]
    if size.pools is not None:
        slices = [part for language in ("en", "zh") for part in slices if part.language == language][
            :: len(slices) - 1
        ]
    train = [example for part in slices for example in _from_pool(part, size, rng)]
    bases = {language: _bases(slices, language) for language in ("en", "zh")}
    intents = read_intents(data / "intents")
    train += list(_from_store(size, slices, intents, rng))
    train += list(_declined([text for text in intents if not held_out(text)][::3], "en", bases["en"], rng))
    for language in ("en", "zh"):
        train += list(_smalltalk(data, language, bases[language], rng, size, dev=False))
    rng.shuffle(train)
    counts = {"train": write_examples(out / "train.jsonl", train)}
    dev: dict[Language, Pool] = {
        "en": qed,
        "zh": read_chinese(data / "qa_zh" / "cmrc2018-trial.json", "cmrc-trial"),
    }
    for language, pool in dev.items():
        for name, examples in _dev_sets(data, pool, intents, size).items():
            counts[f"dev-{language}-{name}"] = write_examples(out / f"dev-{language}-{name}.jsonl", examples)
    log.info("dataset %s", counts)
    return counts


def held_out(text: str) -> bool:
    """Whether an utterance belongs to the development tenth."""
    return zlib.crc32(text.encode()) % 10 == 0


def _slices(pool: Pool, passages: int) -> Iterator[Pool]:
    for start in range(0, len(pool.passages), passages):
        part = pool.slice(start, start + passages)
        if part.questions:
            yield part


def _bases(slices: list[Pool], language: Language) -> list[KnowledgeBase]:
    return [KnowledgeBase(part.passages, language) for part in slices if part.language == language]


def divided(pool: Pool, development: frozenset[str] | None) -> tuple[Pool, Pool]:
    """The pool to train on and the one to measure on, without a passage in common."""
    held = {q.passage for q in pool.questions if development is None or q.text in development}
    parts = Pool(pool.name, pool.language), Pool(pool.name, pool.language)
    for number, passage in enumerate(pool.passages):
        part = parts[number in held]
        part.questions += [replace(q, passage=len(part.passages)) for q in pool.questions if q.passage == number]
        part.passages.append(passage)
    return parts


def _answerable(pool: Pool, base: KnowledgeBase, limit: int = 10) -> Iterator[Example]:
    """Every question of a pool with its candidates; gold is empty where retrieval missed it."""
    for question in pool.questions:
        ranked = base.rank(question.text, limit=limit)
        gold = [i for i, (p, s) in enumerate(ranked) if p == question.passage and s in question.gold]
        sentences = [pool.passages[p][s] for p, s in ranked]
        yield Example(pool.name, pool.language, question.text, sentences, gold, "", list(question.answers))


def _from_pool(pool: Pool, size: Size, rng: random.Random) -> Iterator[Example]:
    base = KnowledgeBase(pool.passages, pool.language)
    # Written answers hold fewer facts to ask for than encyclopedia sentences.
    share = size.cloze * (0.3 if pool.name.startswith("ragqa") else 1.5)
    for part in (pool, cloze_pool(pool, int(len(pool.questions) * share), rng)):
        yield from (example for example in _answerable(part, base, size.candidates) if example.gold)
    for question in rng.sample(pool.questions, int(len(pool.questions) * size.gone_share)):
        near = frozenset(range(question.passage - 4, question.passage + 5))
        ranked = base.rank(question.text, without=near)
        sentences = [pool.passages[p][s] for p, s in ranked]
        yield Example("gone", pool.language, question.text, sentences, [], "no", weight=0.5)


def _from_store(size: Size, slices: list[Pool], intents: list[str], rng: random.Random) -> Iterator[Example]:
    """Help-centre questions on help pages, encyclopedia questions on help pages."""
    for language in ("en", "zh"):
        others = [q.text for part in slices if part.language == language for q in part.questions]
        for number in range(size.store_pools):
            pool = store_pool(language, number)
            base = KnowledgeBase(pool.passages, language)
            yield from (example for example in _answerable(pool, base) if example.gold)
            yield from _declined(rng.sample(others, 25), language, [base], rng)
            elsewhere = [rng.choice(slices) for _ in range(3)]
            strangers = [KnowledgeBase(p.passages[:60], language) for p in elsewhere if p.language == language]
            if strangers:
                asked = [q.text for q in rng.sample(pool.questions, 15)]
                yield from _declined(asked, language, strangers, rng)


def _declined(
    texts: list[str], language: Language, bases: list[KnowledgeBase], rng: random.Random, phrase: str = "no"
) -> Iterator[Example]:
    """Texts against sentences of another domain; one in eight without any sentence."""
    for text in texts:
        base = rng.choice(bases)
        ranked = base.rank(text) if rng.random() > 0.125 else []
        yield Example("off-topic", language, text, [base.passages[p][s] for p, s in ranked], [], phrase)


def _smalltalk(
    data: Path, language: Language, bases: list[KnowledgeBase], rng: random.Random, size: Size, *, dev: bool
) -> Iterator[Example]:
    """Chit-chat: the four phrases in full, the declined rest thinned; half of them with sentences."""
    pairs = read_smalltalk(data / "smalltalk" / SMALLTALK_FILES[language])
    pairs = [pair for pair in pairs if held_out(pair[0]) == dev]
    pairs += [] if dev else common_smalltalk(language) * COMMON_REPEATS
    rng.shuffle(pairs)
    for text, phrase in pairs[: size.smalltalk]:
        if phrase == "no" and rng.random() > 0.15:
            continue
        base = rng.choice(bases)
        ranked = base.rank(text) if rng.random() < 0.5 else []
        kind = "smalltalk" if phrase != "no" else "chat"
        yield Example(kind, language, text, [base.passages[p][s] for p, s in ranked], [], phrase)


def _dev_sets(data: Path, pool: Pool, intents: list[str], size: Size) -> dict[str, list[Example]]:
    """Development examples: `answer` over everything, `part` over parts, `store`, `off`, `near` and `smalltalk`."""
    rng = random.Random(11)
    language = pool.language
    whole = KnowledgeBase(pool.passages, language)
    parts = list(_slices(pool, size.passages))
    if size.pools is not None:
        parts = [pool.slice(0, 20)]
    bases = [KnowledgeBase(part.passages, language) for part in parts]
    store = store_pool(language, 10_001, held_out=True)
    shop = KnowledgeBase(store.passages, language)
    answer: Callable[[Pool, KnowledgeBase], list[Example]] = lambda p, b: list(_answerable(p, b))  # noqa: E731
    off = list(_declined([q.text for q in rng.sample(pool.questions, 200)], language, [shop], rng))
    business = [text for text in intents if held_out(text)] if language == "en" else []
    business = business or [q.text for q in store.questions]
    off += list(_declined(rng.sample(business, min(200, len(business))), language, bases, rng))
    answered = answer(pool, whole) if size.pools is None else []
    return {
        "part": [example for part, base in zip(parts, bases, strict=True) for example in answer(part, base)],
        "answer": answered,
        "near": [emptied(example) for example in answered if example.gold],
        "store": answer(store, shop),
        "off": [example for example in off if example.sentences],
        "smalltalk": list(_smalltalk(data, language, bases, rng, size, dev=True)),
    }
