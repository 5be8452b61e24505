"""When two questions are the same: by their normal form, or nearly, by their words and their embeddings."""

import re
import unicodedata

from apps.core.language import Language
from apps.core.stems import stem

# Of 77 intents of a bank's customers, and of reworded questions about the demo: see docs/decisions/0015.
NEAR = 0.93
LONGEST = 80  # characters that may be one of the utterances which are known as a whole: who writes more says more
_PIECE = re.compile(r"(?<!\w)-?\d+(?:[.,:/–-]\d+)*|\w+|[^\w\s]")
# At the end it begins only where no such word stands before it: else a text of nothing else is read once a word.
_POLITE = {
    "en": re.compile(
        r"^(?:(?:hi|hello|hey|please|excuse me|sorry|(?:can|could|would) you (?:please )?tell me|"
        r"i (?:want|would like|d like) to know|i was wondering) )+|"
        r"(?<! please)(?<! thanks)(?<! thank you)(?: (?:please|thanks|thank you))+$"
    ),
    "zh": re.compile(
        r"^(?:你好|您好|请问|麻烦问一?下|我?想问一?下|问一?下|我?想知道|咨询一?下)+|"
        r"(?<!谢谢)(?<!多谢)(?<![吗呢啊呀哦吧])(?:谢谢|多谢|[吗呢啊呀哦吧])+$"
    ),
}
# Words without which, and for which, a question asks the same. "Not" and "without" are none of them.
_EMPTY_WORDS = """
a an the my your our this these that it its i me you we us one do does did is are was be been am can could may might
would will shall have has had there to for of at and so just still also please possible possibly somehow want like
know tell go going
"""
# What is asked for: their order must be the same.
_TELLING_WORDS = """
not no never without except only before after from in out on off up down more less most least cannot cant dont
doesnt isnt wont first last must should need why how when where who which what long much many often soon
"""
_LINKING = frozenset(["if", "about", "then", "who", "they", "them", "with", "by", "or", "but", "happens", "as"])
_EMPTY, _TELLING = frozenset(_EMPTY_WORDS.split()), frozenset(_TELLING_WORDS.split())


def normal_form(question: str, language: Language) -> str:
    """Without case, width, punctuation and politeness, which change no answer; numbers stay as they are written."""
    plain = plain_form(question, language)
    return _POLITE[language].sub("", plain).strip() or plain


def plain_form(question: str, language: Language) -> str:
    """The same with its politeness."""
    folded = unicodedata.normalize("NFKC", question).casefold().replace("’", "").replace("'", "")
    pieces = [piece for piece in _PIECE.findall(folded) if piece == "%" or not _is_punctuation(piece)]
    return " ".join(pieces) if language == "en" else "".join(pieces)


def utterance(text: str, language: Language, *, polite: bool = False) -> str:
    """The form by which a whole utterance is known, `polite` where its politeness is what it says; empty for a text
    that is longer than any.
    """
    if len(text) > LONGEST:
        return ""
    return plain_form(text, language) if polite else normal_form(text, language)


def telling_words(form: str) -> str:
    """What English questions that ask the same have in common: the telling words in order, and all stems that are
    not empty, sorted. Empty where a question has no word of its own.
    """
    words = form.split()
    telling = [word for word in words if word in _TELLING]
    content = sorted(stem(word) for word in words if word not in _TELLING and word not in _EMPTY)
    return f"{' '.join(telling)} | {' '.join(content)}" if content else ""


def group_key(question: str, language: Language) -> str:
    """The same for questions that ask the same."""
    form = normal_form(question, language)
    return (telling_words(form) if language == "en" else "") or form


def content_words(form: str) -> list[str]:
    """The words of an English normal form that say what the question is about."""
    return [word for word in form.split() if word not in _TELLING and word not in _EMPTY and word not in _LINKING]


def _is_punctuation(piece: str) -> bool:
    return len(piece) == 1 and unicodedata.category(piece)[0] == "P"
