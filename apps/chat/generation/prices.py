"""Short questions after a price: a sentence that names none does not answer them, however near it comes."""

import re

from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedSentence

from .narrowing import Fits
from .sameness import normal_form

# Words, or characters, of what is to be priced: who says more means one thing, which the search knows better.
LONGEST: dict[Language, int] = {"en": 3, "zh": 8}
WORDS: dict[Language, str] = {"en": "price", "zh": "价格 售价"}  # how documents speak of one
_ASKS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:how much (?:is|are|for) (?!the )|(?:what is the )?price of (?:the )?)(?:an? |one |your )?(?P<of>.+)"
    ),
    "zh": re.compile(
        r"(?P<of>[^了]+?)的?(?:一[个台盏只把件份瓶])?(?:要|得|卖|大概|现在)?(?:多少钱|什么价格?|怎么卖)(?:一[个台盏只把件份瓶])?"
    ),
}
_OF_NOTHING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"how much(?: (?:is|does) (?:it|this|that)(?: cost)?| money)?|what does (?:it|this|that) cost"
    ),
    "zh": re.compile(r"(?:这个?|那个?|它)?(?:要|得|卖|大概)?(?:多少钱|什么价格?|怎么卖)(?:一[个件])?|贵不贵|很?贵"),
}
_MONEY = (
    r"[¥￥$€£] ?\d|\d ?[万亿]?(?:元|块|美元|欧元| ?yuan\b| ?dollars?\b| ?euros?\b| ?pounds?\b)|"
    r"免费|不收|不要钱|免[费收邮]|包邮|"
    r"[\d一二三四五六七八九]折|\bfree\b|\bprice\b.*\d|价格.*\d"
)
_NAMES = re.compile(_MONEY, re.I)
_COMPARES = re.compile(r"比.{1,12}[贵便]|(?:more|less|cheaper|dearer)\b", re.I)

_OF_ANOTHER = r"(?<![a-z])(?<!\bof the )(?<!\bof a )(?<!\bfor the )(?<!\bfor a )"  # "the shade of the lamp"


def priced(question: str, language: Language) -> str:
    """What a short question wants to know the price of; empty where it asks for none."""
    asked = _ASKS[language].fullmatch(normal_form(question, language))
    of = asked["of"].strip() if asked else ""
    return of if (len(of) if language == "zh" else len(of.split())) <= LONGEST[language] else ""


def prices_nothing(question: str, language: Language) -> bool:
    """Whether it asks for a price without saying of what."""
    return bool(_OF_NOTHING[language].fullmatch(normal_form(question, language)))


def names_price(sentence: RankedSentence) -> bool:
    return bool(_NAMES.search(sentence.text)) and not _COMPARES.search(sentence.text)


def prices(of: str) -> Fits:
    """Finds the sentences that say the price of this very thing, right behind its name."""
    says = re.compile(rf"{_OF_ANOTHER}{re.escape(of)}[^的,，;；。]{{0,10}}(?:{_MONEY})", re.I)
    return lambda sentence: bool(says.search(sentence.text)) and not _COMPARES.search(sentence.text)
