"""What a question leaves unsaid because it was said before: "and how long does that take?", "那要多久？".

No model is asked. A question that points back, or says too little to stand alone, takes along the words that the
questions before it were about; the search and the verbatim prompt get them behind the question.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from apps.core.codes import codes_joined, codes_of, without_codes
from apps.core.language import Language
from apps.core.stems import stem
from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from ..narrowing import as_likely, best_of
from .greetings import greeting_of
from .sameness import content_words, normal_form

MOST_TURNS = 3
MOST_WORDS = 12
AS_GOOD, HALF = 0.9, 0.5
# Of its words, in Chinese of its characters: what holds as many speaks of a thing (docs/decisions/0015).
NAMED = 2 / 3
_FEW = {"en": 2, "zh": 8}  # content words, characters: a question that says no more hangs in the air
_POINTS_BACK = {
    "en": re.compile(
        r"^(?:and|but|or|so|then|also|what about|how about|what if|what happens)\b|"
        r"\b(?:it|its|that|this|they|them|their|those|these|there|then|one|ones|instead|otherwise)\b"
    ),
    "zh": re.compile(
        r"^(?:那|还有|然后|另外|要是|如果|万一|换成)|(?:它|这个|那个|这些|那些|这样|那样|这种|那种|这时|到时)|呢$|"
        r"^(?:多久|多少|几|要|从|最多|最少|一直|过期|修好)"
    ),
}
# Asks the same of another thing: "and gift cards?", 那旧灯呢.
_OF_ANOTHER = {
    "en": re.compile(
        r"(?:(?:(?:and|or|but|so|then),? )?(?:what|how) about|and|or|but)\b(?!.*\b(?:what|how|when|where|who|why|"
        r"which|if|it|its|that|this|they|them|is|are|was|do|does|did|can|could|will|would|should|may|must|have|has)\b).*"
    ),
    "zh": re.compile(
        r"(?!.*(?:怎|什么|多[少久长大高重远快宽深贵厚]|几[天个次年月日号点张小元块岁种款台件份位层]|哪|谁|为何|如何|[它这]|"
        r"[一同]样|那样(?:[呢吗行不的]|$)))(?:.*呢|那.*行[吗不].*)"
    ),
}
# Begins a Chinese question that may leave out what it is about, or may be a whole one.
_ASKS_AT_ONCE = re.compile(r"^(?:哪些|怎么|什么时候)")
# Chinese words that ask or point and are about nothing.
_ABOUT_NOTHING = re.compile(
    r"请问|什么时候|多长时间|怎么办|怎么样|怎么|怎样|如何|为什么|什么|多久|多少钱|多少|(?<!茶)几(?!何)[天个次年张小]*|哪些|哪个|哪里|哪|"
    r"可以|能不能|是不是|有没有|之内|以内|那么|还有|然后|如果|要是|万一|这个|那个|行吗|行不行|[吗呢啊吧了的我你您它那这能可要会有是在]"
)


def context_of(question: str, earlier: Sequence[str], language: Language) -> str:
    """The words to take along from `earlier` questions, in the order asked; empty for one that stands alone.

    Who names an article, or named one since, means that one and none from before.
    """
    if not earlier or not hangs(question, language):
        return ""
    said = set(_subject(question, language))
    carried: list[str] = []
    article = bool(codes_of(question))
    for asked in reversed(earlier[-MOST_TURNS:]):
        if greeting_of(asked, language):
            continue
        before = without_codes(asked) if article else asked
        article = article or bool(codes_of(asked))
        new = [word for word in dict.fromkeys(_subject(before, language)) if word not in {*said, *carried}]
        carried = new + carried
        if not hangs(asked, language):
            break  # here the subject was named
    return " ".join(carried[:MOST_WORDS])


def hangs(question: str, language: Language) -> bool:
    """Whether the question cannot be understood without those before it."""
    form = _form(question)
    if language == "zh":
        points = _POINTS_BACK["zh"].search(form) or _ASKS_AT_ONCE.search(form)
        return (bool(points) and len(_bare(form)) <= _FEW["zh"]) or len(_bare(form)) <= 2
    about = content_words(normal_form(question, "en"))
    return (len(about) <= _FEW["en"] and bool(_POINTS_BACK["en"].search(form))) or len(about) <= 1


def stands_alone(question: str, language: Language, alone: Retrieval, together: Retrieval) -> bool:
    """Whether the search for the question itself counts, not the one with the words taken along.

    It does where the documents know none of its words: what is found then only answers the question before. Where
    no word of it points back it also does when it finds something as good by itself, when what is found together
    does not speak of what it says, or when it names a heading.
    """
    own = _subject(question, language)
    if not own:
        return False
    if alone.missing >= 1:
        return True
    if _POINTS_BACK[language].search(_form(question)):
        return False
    return (
        alone.confidence >= AS_GOOD * together.confidence
        or _held(own, language, together) < HALF
        or _held(own, language, alone, heading=True) == 1
    )


def of_another(question: str, language: Language, alone: Retrieval, together: Retrieval, least: float) -> Retrieval:
    """What is found together, or else alone, of the other thing that a question like "and gift cards?" names: as it
    was found where the best sentence speaks of it, else only the sentences that do.

    What was said before is about the first thing, and what answers that is found best. `least` is how likely the
    answer has to be; where none is, or no other thing is named, it stays with what is found together.
    """
    own = _subject(question, language)
    if not asks_of_another(question, language):
        return together
    for found in (together, alone):
        best, naming = best_of(found), _naming(own, language, found)
        if best == best_of(naming) and found.confidence >= least:
            return found
        if (narrowed := as_likely(naming, best)).confidence >= least:
            return narrowed
    return together


def asks_of_another(question: str, language: Language) -> bool:
    """Whether it asks the same of another thing that it names."""
    return bool(_subject(question, language)) and bool(_OF_ANOTHER[language].fullmatch(_form(question)))


def speaks_of(context: str, language: Language, found: Retrieval) -> bool:
    """Whether the best sentence, with the place it stands in, has the words that were taken along."""
    best = best_of(found)
    home = next((one for one in found.passages if best in one.sentences), None)
    if best is None or home is None:
        return False
    return _share(_parts([context], language), f"{home.title} {home.heading} {best.text}") >= NAMED


def beside_it(question: str, language: Language, before: Retrieval) -> Retrieval:
    """What the passage that answers the question `before` says of the other thing, as likely as it was found there:
    who asks after one branch's hours, and then "and the others?", finds them in the next line.
    """
    best = best_of(before)
    home = next((one for one in before.passages if best in one.sentences), None)
    if best is None or home is None:
        return replace(before, passages=(), confidence=0.0)
    own = _subject(question, language)
    others = replace(home, sentences=tuple(one for one in home.sentences if one != best))
    parts = _parts(own, language)
    named = tuple(one for one in others.sentences if _share(parts, one.text) >= NAMED)
    narrowed = replace(before, passages=(replace(home, sentences=named),) if named else ())
    return as_likely(narrowed, best)


def told_alone(question: str, language: Language, alone: Retrieval, together: Retrieval) -> bool:
    """Whether the best sentence found for the question by itself speaks of what it says, in a passage that is found
    together with the words before as well: it is about the same thing then.
    """
    own, best = _subject(question, language), best_of(alone)
    home = next((one for one in alone.passages if best in one.sentences), None)
    if not own or best is None or home is None:
        return False
    shared = home.passage_id in {one.passage_id for one in together.passages}
    return shared and _share(_parts(own, language), f"{home.title} {home.heading} {best.text}") >= NAMED


def _naming(own: Sequence[str], language: Language, found: Retrieval) -> Retrieval:
    """Without the sentences that, with the place they stand in, do not speak of what these words name."""
    parts = _parts(own, language)

    def named(passage: RankedPassage) -> RankedPassage:
        place = f"{passage.title} {passage.heading}"
        kept = (one for one in passage.sentences if _share(parts, f"{place} {one.text}") >= NAMED)
        return replace(passage, sentences=tuple(kept))

    return replace(found, passages=tuple(one for one in map(named, found.passages) if one.sentences))


def _held(own: Sequence[str], language: Language, found: Retrieval, *, heading: bool = False) -> float:
    """Which share of the question's own words, in Chinese of their characters, the best passage found holds, or the
    `heading` above it alone.
    """
    best = found.passages[0] if found.passages else None
    text = f"{best.title} {best.heading} {'' if heading else best.text}" if best else ""
    return _share(_parts(own, language), text)


def _parts(own: Sequence[str], language: Language) -> set[str]:
    codes, rest = codes_of(" ".join(own)), without_codes(" ".join(own))
    return {*codes, *(set(rest) - {"们", " "} if language == "zh" else {stem(word) for word in rest.split()})}


def _share(parts: set[str], text: str) -> float:
    lower = f"{text} {codes_joined(text)}".casefold()
    return sum(part in lower for part in parts) / (len(parts) or 1)


def _form(question: str) -> str:
    return re.sub(r"['’]", "", question.casefold()).strip(" ?？。.!！")


def _subject(question: str, language: Language) -> list[str]:
    if language == "zh":
        return [part for part in _ABOUT_NOTHING.sub(" ", normal_form(question, "zh")).split() if part]
    return content_words(normal_form(codes_joined(question), "en"))


def _bare(form: str) -> str:
    return _ABOUT_NOTHING.sub("", form)
