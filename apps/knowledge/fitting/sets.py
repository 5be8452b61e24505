"""Public question-answering sets, as small knowledge bases with questions on and off their topics."""

import json
import re
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from apps.core.language import Language

from ..ingest.blocks import Extracted
from ..ingest.extract import EXTRACTORS

ASKED = 400  # about so many questions of an English set are asked, and of one to report on
UNREAD_PAIRS, UNREAD_SEARCHES = 1400, 475  # of the English sets, the first that the reranker was not trained on
ELSEWHERE = 300  # questions a language to an encyclopedia in the other one
EVERYDAY = Path(__file__).parent / "everyday_zh.txt"  # what people ask that no page answers


@dataclass(frozen=True)
class Asking:
    """A question, the number of its passage, and the answers of which a right sentence holds one."""

    text: str
    passage: int
    answers: tuple[str, ...]


@dataclass(frozen=True)
class KnowledgeSet:
    """`passages` are lists of sentences where the set comes cut, else a string or a whole document each, below
    their `titles` where these matter.

    A set of `help` pages is for the confidence alone: its answers are too few to learn an order from.
    """

    name: str
    language: Language
    passages: list[str | list[str] | Extracted]
    questions: list[Asking]
    off_topic: list[str] = field(default_factory=list)
    help: bool = False
    titles: list[str] = field(default_factory=list)


def load_sets(
    language: Language, data: Path, kept_out: Collection[str] = ()
) -> tuple[list[KnowledgeSet], list[KnowledgeSet]]:
    """(to fit on, to report on); no passage is in both. English searches for what one of `kept_out` asks are in
    neither: others measure with them.
    """
    fit, report = _chinese(data) if language == "zh" else _english(data / "qa_en", kept_out)
    for one in [*fit, *report] if language == "en" else report:
        one.questions[:] = one.questions[:: max(1, len(one.questions) // ASKED)]
    return fit, report


def load_elsewhere(
    language: Language, data: Path, kept_out: Collection[str] = ()
) -> tuple[list[str | list[str] | Extracted], list[str]]:
    """(passages of an encyclopedia in the other language, questions in `language` to articles that are not among
    them). No passage is one that `kept_out` asks about.
    """
    train = _data(data / "qa_zh" / "cmrc2018-train.zip")
    if language == "en":
        pairs = [Asking(question, 0, ()) for _, question in _pairs_of(data / "qa_en")[1400:9000]]
        return _squad_form("", train, 240, 480).passages, [one.text for one in _sample(pairs, ELSEWHERE, 0)]
    drcd = _data(data / "qa_zh" / "drcd-dev.json")
    sets = (_squad_form("", train, 480, 2160), _squad_form("", drcd, 490, 990))
    searches = _searches("", _searches_of(data / "qa_en", kept_out), 300, 650)
    return searches.passages[:240], [
        asking.text for one in sets for asking in _sample(one.questions, ELSEWHERE // 2, 0)
    ]


def shortened(one: KnowledgeSet, count: int = 25) -> KnowledgeSet:
    """Its first passages, what is asked of them, and as few questions off the topic."""
    return replace(
        one,
        passages=one.passages[:count],
        questions=[asking for asking in one.questions if asking.passage < count],
        off_topic=one.off_topic[:count],
        titles=one.titles[:count],
    )


def load_unread(language: Language, data: Path, kept_out: Collection[str] = ()) -> list[KnowledgeSet]:
    """Sets that the shipped reranker was not trained on: what its odds say of those it knows would be too good.

    `kept_out` as in `load_sets`; nor is any of them asked off its topic.
    """
    if language == "zh":
        fit, report = _chinese(data)
        sets = [one for one in [*fit, *report] if one.name in ("cmrc-train 0", "drcd 240")]
        for one, (file, low) in zip(sets, (("drcd-dev.json", 240), ("cmrc2018-train.zip", 0)), strict=True):
            titles = [
                article.get("title", "") for article in _data(data / "qa_zh" / file) for _ in article["paragraphs"]
            ]
            one.titles.extend(titles[low : low + len(one.passages)])
        pages = next(one for one in fit if one.name == "demo shop")
        sets.append(replace(pages, off_topic=list(dict.fromkeys(pages.off_topic))))
    else:
        sets = _english_unread(data / "qa_en", kept_out)
    for one in sets:
        one.questions[:] = one.questions[:: max(1, len(one.questions) // ASKED)]
    return sets


def _chinese(data: Path) -> tuple[list[KnowledgeSet], list[KnowledgeSet]]:
    files = ("cmrc2018-train.zip", "cmrc2018-trial.json", "drcd-dev.json")
    train, trial, drcd = (_data(data / "qa_zh" / name) for name in files)
    # Whatever set they are asked of, its pages are about other things.
    spare_train, spare_drcd = (
        _squad_form("", train, 2160, 2403).questions,
        _squad_form("", drcd, 740, 990).questions,
    )
    fit = [_squad_form(f"cmrc-train {low}", train, low, low + 240) for low in range(240, 2160, 240)]
    fit += [_squad_form(f"drcd {low}", drcd, low, low + 250) for low in (240, 490)]
    report = [
        _squad_form("cmrc-trial", trial, 0, 256),
        _squad_form("cmrc-train 0", train, 0, 240),
        _squad_form("drcd 0", drcd, 0, 240),
    ]
    chat = _chat(data / "smalltalk" / "chinese_simplified-professional.qna")
    everyday = EVERYDAY.read_text(encoding="utf-8").splitlines()
    for index, one in enumerate([*fit, *report]):
        spare = spare_drcd if one.name.startswith("drcd") else spare_train
        one.off_topic.extend(asking.text for asking in _sample(spare, 100, index))
        one.off_topic.extend(everyday + chat if index < len(fit) else [])
    return fit + [_help(name, chat) for name in ("shop", "products", "handbook")], report


def _chat(path: Path) -> list[str]:
    said = [line[2:].strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("- ")]
    return said[:: len(said) // 60]


def _help(name: str, chat: list[str]) -> KnowledgeSet:
    """A collection of the demo with its evaluation set."""
    demo = Path("demo")
    paths = [path for path in sorted((demo / name / "zh").iterdir()) if path.suffix[1:] in EXTRACTORS]
    numbers = {path.name: number for number, path in enumerate(paths)}
    lines = (demo / "evaluation" / f"{name}-zh.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    asked = [row for row in rows if row["answers"]]
    return KnowledgeSet(
        f"demo {name}",
        "zh",
        [EXTRACTORS[path.suffix[1:]](path.read_bytes()) for path in paths],
        [Asking(row["question"], numbers[row["document"]], tuple(row["answers"])) for row in asked],
        [row["question"] for row in rows if not row["answers"]] * 10 + chat,
        help=True,
    )


def _data(path: Path) -> list[dict[str, Any]]:
    """The articles of a file in SQuAD's form, or of the only one in a zip."""
    if path.suffix != ".zip":
        return list(json.loads(path.read_text())["data"])
    with zipfile.ZipFile(path) as archive:
        return list(json.loads(archive.read(archive.namelist()[0]))["data"])


def _squad_form(name: str, articles: list[dict[str, Any]], low: int, high: int) -> KnowledgeSet:
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]][low:high]
    questions = [
        Asking(asked["question"], number, tuple(answer["text"] for answer in asked["answers"]))
        for number, paragraph in enumerate(paragraphs)
        for asked in paragraph["qas"]
    ]
    return KnowledgeSet(name, "zh", [paragraph["context"] for paragraph in paragraphs], questions)


def _english(folder: Path, kept_out: Collection[str]) -> tuple[list[KnowledgeSet], list[KnowledgeSet]]:
    pairs, searches = _pairs_of(folder), _searches_of(folder, kept_out)
    fit = [_pairs(f"squad {rest}", pairs[:8500], _every(10, rest)) for rest in (1, 2, 3, 4, 6, 7, 8, 9)]
    fit += [_searches(f"qed {low}", searches, low, low + 300) for low in (0, 300, 600)]
    report = [
        _pairs("squad 0", pairs[:8500], _every(5)),
        _searches("qed 900", searches, 900, 1200),
    ]
    spare, searched = _spare(pairs, searches)
    for index, one in enumerate([*fit, *report]):
        own = {asking.text for asking in one.questions}
        others = [asking for asking in (spare if one.name[0] == "s" else searched) if asking.text not in own]
        one.off_topic.extend(asking.text for asking in _sample(others, 150, index))
    return fit, report


def _english_unread(folder: Path, kept_out: Collection[str]) -> list[KnowledgeSet]:
    """Each is asked what the other answers, which the reranker never saw either, and some of what it did see."""
    pairs, searches = _pairs_of(folder), _searches_of(folder, kept_out)
    asked = {_plain(question) for question in kept_out}
    sets = [
        _pairs("squad unread", pairs[:UNREAD_PAIRS], _every(1)),
        _searches("qed unread", searches, 0, UNREAD_SEARCHES),
    ]
    title_of = {_detokenised(row["paragraph_text"]): row["title_text"] for row in searches if row}
    sets[1].titles.extend(title_of[str(passage)] for passage in sets[1].passages)
    for one, other, spare in zip(sets, reversed(sets), _spare(pairs, searches), strict=True):
        for questions, count in ((other.questions, 300), (spare, 150)):
            free = [asking for asking in questions if _plain(asking.text) not in asked]
            one.off_topic.extend(asking.text for asking in _sample(free, count, 5))
    return sets


def _plain(question: str) -> str:
    return question.rstrip("?").lower()


def _pairs_of(folder: Path) -> list[tuple[str, ...]]:
    """(sentence, question), in the order of articles."""
    lines = [
        [_detokenised(line) for line in (folder / name).read_text().splitlines()]
        for name in ("squad-sentences.txt", "squad-questions.txt")
    ]
    return list(zip(*lines, strict=True))


def _searches_of(folder: Path, kept_out: Collection[str]) -> list[dict[str, Any]]:
    """In the file's order; empty where a question, or another to its paragraph, is one of `kept_out`."""
    rows = [json.loads(line) for line in (folder / "qed-dev.jsonlines").read_text().splitlines()]
    kept = {row["paragraph_text"] for row in rows if row["question_text"].strip() in kept_out}
    return [{} if row["paragraph_text"] in kept else row for row in rows]


def _spare(pairs: list[tuple[str, ...]], searches: list[dict[str, Any]]) -> tuple[list[Asking], list[Asking]]:
    """Questions about other things than all passages: articles stand in file order, and those after line 9,000 are
    about other things than those before 8,500.
    """
    spare = [Asking(question, 0, ()) for _, question in pairs[9000:]]
    return spare, [Asking(row["question_text"] + "?", 0, ()) for row in searches[900:] if row]


def _every(step: int, first: int = 0) -> Callable[[int], bool]:
    return lambda number: number % step == first


def _pairs(name: str, pairs: list[tuple[str, ...]], chosen: Callable[[int], bool]) -> KnowledgeSet:
    """Each five distinct sentences that follow one another are taken for a passage."""
    place: dict[str, int] = {}
    for sentence, _ in pairs:
        place.setdefault(sentence, len(place) // 5)
    numbers = {old: new for new, old in enumerate(n for n in range(len(place) // 5 + 1) if chosen(n))}
    passages: list[str | list[str] | Extracted] = [
        [sentence for sentence, number in place.items() if number == old] for old in numbers
    ]
    questions = [
        Asking(question, numbers[place[sentence]], (sentence,))
        for sentence, question in pairs
        if place[sentence] in numbers
    ]
    return KnowledgeSet(name, "en", passages, questions)


def _searches(name: str, rows: list[dict[str, Any]], low: int, high: int) -> KnowledgeSet:
    numbers: dict[str, int] = {}
    questions: list[Asking] = []
    for row in filter(None, rows[low:high]):
        number = numbers.setdefault(_detokenised(row["paragraph_text"]), len(numbers))
        answers = (_detokenised(part["string"]) for answer in row["original_nq_answers"] for part in answer)
        questions.append(Asking(row["question_text"] + "?", number, tuple(answers)))
    return KnowledgeSet(name, "en", list(numbers), questions)


def _detokenised(text: str) -> str:
    """Penn Treebank's blanks and brackets back to how people write."""
    for token, sign in (("-lrb-", "("), ("-rrb-", ")"), ("``", '"'), ("''", '"')):
        text = text.replace(token, sign)
    text = re.sub(r" ([,.;:?!)%])", r"\1", text).replace("( ", "(")
    return " ".join(re.sub(r" ('s|n't|'re|'ve|'d|'ll|'m)\b", r"\1", text).split())


def _sample(items: list[Asking], count: int, seed: int) -> list[Asking]:
    step = max(1, len(items) // count)
    return items[seed % step :: step][:count]
