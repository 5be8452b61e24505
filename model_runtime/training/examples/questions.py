"""Questions as they come in a conversation: hanging on the words of those before, or a word short."""

import random
import re
from dataclasses import replace

from model_runtime.training.examples.examples import Example
from model_runtime.training.examples.prompt import Language
from model_runtime.training.examples.text import STOP_WORDS

FEWEST = 4  # content words (characters of Chinese) of a question that can be cut
_OPENINGS: dict[Language, tuple[str, ...]] = {
    "en": ("and", "what about it", "and that one", "how about that", "and when", "so how", "and how long", "why"),
    "zh": ("那", "那呢", "还有呢", "这个呢", "那要多久", "那多少", "为什么", "那怎么办"),
}
_ASKING = re.compile(
    r"什么时候|多长时间|为什么|什么|怎么样|怎么|如何|多少|哪一年|哪些|哪个|哪里|哪|几|谁|何时|何|吗|呢|[？?]"
)


def asked(example: Example, rng: random.Random, hanging: float, dropped: float) -> Example:
    """The example with its question changed, by the shares of `Recipe`; small talk stays as it is."""
    if example.phrase not in {"", "no"}:
        return example
    if rng.random() < hanging:
        return replace(example, question=_hung(example.question, example.language, rng))
    if rng.random() < dropped:
        return replace(example, question=_short(example.question, example.language, rng))
    return example


def _hung(question: str, language: Language, rng: random.Random) -> str:
    """The asking words in front, then the rest as the application carries it over from earlier questions."""
    if language == "zh":
        asking = "".join(_ASKING.findall(question)).rstrip("？?")
        subject = [part for part in _ASKING.sub(" ", question).split() if part]
        head = rng.choice((f"那{asking}？", f"{asking}？", rng.choice(_OPENINGS["zh"])))
        return " ".join([head, *subject]) if sum(map(len, subject)) >= FEWEST else question
    words = re.findall(r"[\w'’.-]+", question)
    content = [word.lower() for word in words if word.lower() not in STOP_WORDS]
    if len(content) < FEWEST:
        return question
    asking = " ".join(words[:2]) if words[0].lower() in STOP_WORDS else ""
    head = f"{asking} it?" if asking and rng.random() < 0.7 else rng.choice(_OPENINGS["en"])
    return " ".join([head, *content])


def _short(question: str, language: Language, rng: random.Random) -> str:
    """Without one word, or two characters of Chinese."""
    if language == "zh":
        place = rng.randrange(max(1, len(question) - 2))
        return question[:place] + question[place + 2 :] if len(question) > 2 * FEWEST else question
    words = question.split()
    if len(words) > FEWEST + 2:
        del words[rng.randrange(1, len(words))]
    return " ".join(words)
