"""Questions made from sentences: a stretch is taken out, some of the rest is asked about."""

import random
import re

from model_runtime.training.examples.examples import Pool, Question
from model_runtime.training.examples.text import STOP_WORDS

_EN_WORD = re.compile(r"[A-Za-z][A-Za-z'-]+|\d[\d,.]*\d|\d")
_ZH_ANSWER = re.compile(
    r"(?P<when>\d{2,4}年(?:\d+月)?(?:\d+日)?)|(?P<many>\d[\d.,]*(?:万|亿)?[个人名座年公米次所条%])"
)
_ZH_CLAUSE = re.compile(r"[^，。！？；：、（）「」《》“”,;:!?()]{4,}")
_ZH_ASK = {
    "when": ("什么时候", "何时", "哪一年", "在什么时间"),
    "many": ("多少", "有多少", "几"),
    "what": ("什么", "是什么", "谁", "哪里", "怎么", "为什么", "哪个", "如何"),
}


def cloze_english(sentence: str, rng: random.Random) -> str | None:
    """A rough question answered by an English sentence, or None if it is too short for one."""
    words = _EN_WORD.findall(sentence)
    content = [word for word in words if word.lower() not in STOP_WORDS and len(word) > 2]
    if len(content) < 5:
        return None
    years = [word for word in words if re.fullmatch(r"1\d{3}|20[0-2]\d", word)]
    figures = [word for word in words if word[0].isdigit() and word not in years]
    names = [word for word in words[1:] if word[0].isupper()]
    kinds = [kind for kind, found in (("when", years), ("many", figures), ("who", names)) if found] or ["what"]
    kind = rng.choice(kinds)
    answer = set({"when": years, "many": figures, "who": names}.get(kind) or [rng.choice(content)])
    if kind == "who":
        start = words.index(rng.choice(names))
        answer = set(words[start : start + 2])
    rest = [word for word in content if word not in answer]
    keep = sorted(rng.sample(range(len(rest)), min(len(rest), rng.randint(2, 6))))
    asked = " ".join(rest[index] for index in keep)
    opening = {
        "when": ("when did", "when was", "in what year", "when"),
        "many": ("how many", "how much", "what number of", "how long"),
        "who": ("who", "which", "where", "what", "whose"),
        "what": ("what", "why", "how", "what is"),
    }[kind]
    text = f"{rng.choice(opening)} {asked}"
    return text.lower() if rng.random() < 0.5 else text[0].upper() + text[1:] + "?"


def cloze_chinese(sentence: str, rng: random.Random) -> str | None:
    """A rough question answered by a Chinese sentence, or None if it is too short for one."""
    found = list(_ZH_ANSWER.finditer(sentence))
    kind = "what"
    clauses = _ZH_CLAUSE.findall(sentence)
    if found and rng.random() < 0.6:
        match = rng.choice(found)
        kind = str(match.lastgroup)
        clauses = _ZH_CLAUSE.findall(sentence[: match.start()] + "，" + sentence[match.end() :])
    if not clauses:
        return None
    clause = rng.choice(clauses)
    length = rng.randint(4, 12)
    start = rng.randint(0, max(0, len(clause) - length))
    piece = clause[start : start + length]
    if len(clauses) > 1 and rng.random() < 0.4:
        other = rng.choice(clauses)
        piece = other[: rng.randint(2, 6)] + piece
    ask = rng.choice(_ZH_ASK[kind])
    text = ask + piece if rng.random() < 0.3 else piece + ask
    return text + rng.choice(("？", "", "?"))


def cloze_pool(pool: Pool, count: int, rng: random.Random) -> Pool:
    """The same passages with `count` made-up questions instead of the real ones."""
    make = cloze_english if pool.language == "en" else cloze_chinese
    places = [(p, s) for p, passage in enumerate(pool.passages) for s in range(len(passage))]
    questions = []
    for passage, place in (rng.choice(places) for _ in range(count)):
        text = make(pool.passages[passage][place], rng)
        if text:
            questions.append(Question(text, passage, frozenset({place})))
    return Pool(f"cloze-{pool.name}", pool.language, pool.passages, questions, pool.titles)
