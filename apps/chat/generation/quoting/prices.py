"""Short questions after a price: which sentences name one, and of which thing."""

import re
from collections.abc import Iterable

from apps.core.amounts.money import ANY_SIGN, CODE, NUMBER, SUM
from apps.core.codes import codes_held, codes_joined, codes_of
from apps.core.language import Language
from apps.knowledge.retrieval.types import RankedSentence

from ..asking.sameness import normal_form
from ..narrowing import Fits
from .column_names import KIND, NUMBERING, Cells
from .rows import cells_of, words_held

# Words, or characters, of what is to be priced: who says more means one thing, which the search knows better.
LONGEST: dict[Language, int] = {"en": 3, "zh": 8}
# Characters of a cell or heading that may be a thing's name: each place where it stands is looked at.
LONGEST_NAME = 200
_LONGEST_BRAND = 8  # Chinese characters before the kind of thing that it is
WORDS: dict[Language, str] = {"en": "price", "zh": "价格 售价"}  # how documents speak of one
ASKED: dict[Language, str] = {"en": "How much is the {}?", "zh": "{} 多少钱"}
_ASKS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:how much (?:is|are|for)|(?:what is the )?price of) (?:the |an? |one |your )?(?P<of>.+)|"
        r"(?:how much|what) (?:do|does) (?:the |an? |one |your )?(?P<costs>.+) costs?"
    ),
    "zh": re.compile(
        r"(?P<of>[^了]+?)的?(?:一[个台盏只把件份瓶])?(?:要|得|卖|大概|现在)?(?:多少钱|什么价格?|怎么卖)(?:一[个台盏只把件份瓶])?"
    ),
}
# In fewer words where an article is named (轨道灯 T1 价格), or a row of a table found: its column is called so,
# whatever it is about.
_ASKS_IN_BRIEF: dict[Language, re.Pattern[str]] = {
    "en": re.compile(r"(?P<of>.+) price"),
    "zh": re.compile(r"(?P<of>.+?)的?(?:价格|售价|报价)是?(?:多少)?"),
}
# How much comes back, is allowed or is left over has no price; what is itself paid is spoken of without a sum.
_NO_THING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?:too|so|very|not|left|enough|due|more|less|it|that|this|owed|allowed|needed|required|included|refunded|"
        r"returned|reimbursed|deducted|charged|withheld|covered|wasted|reserved)\b|"
        r"\b(?:fees?|charges?|tax|taxes|vat|duty|deposit|rent|interest|commission|fare|fine|penalty|"
        r"delivery|shipping|postage)$"
    ),
    "zh": re.compile(
        r"^能|可以|最[多少高低]|至少|(?<!纽)[退扣罚赔赚]|报销|领[到取]|返还|补[贴偿助]|[费税租息]$|"
        r"(?:[押租定订佣罚奖礼薪年本税]|保证|违约|滞纳|公积|准备)金$"
    ),
}
_OF_NOTHING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"how much(?: (?:is|does) (?:it|this|that)(?: cost)?| money)?|what does (?:it|this|that) cost"
    ),
    "zh": re.compile(
        r"(?:这个?|那个?|它|(?:你们?的?)?(?:产品|商品|东西))?(?:要|得|卖|大概)?(?:多少钱|什么价格?|怎么卖)(?:一[个件])?|贵不贵|很?贵"
    ),
}

_FREE = rf"(?<!feel )(?<!-)\bfree\b(?!-| (?:to|time)\b| of (?!charge)| from (?![{ANY_SIGN}\d]))"
_NAMES = re.compile(
    rf"{SUM}|{_FREE}|免费|不收[^,，。]{{0,6}}[费钱]|不要钱|免[收邮]|包邮|[\d一二三四五六七八九]折(?!叠)|\bprice\b.*\d|价格.*\d",
    re.I,
)
_COUNTS = re.compile(  # says how much without a sum: a bare number as in a list, or who pays
    r"\b(?:costs?|charged|fees?|included|on us)\b|包含|收费|自[理付费]|承担|"
    r"\d[.,]\d\d(?![\w.,]| ?[a-z])|[:：] ?\d+ ?(?:$|[;；。])",
    re.I,
)
_COMPARES = re.compile(
    r"(?<!性价)(?<!对)比[^,，;；。]{1,12}(?:贵|便宜)|\b(?:cheaper|dearer)\b|"
    rf"\b(?:more|less)\b[^.,;]{{0,20}} than (?!{SUM})",
    re.I,
)

# What is paid for a thing that is lost or kept back for it is not what it costs.
_KEPT_FOR = re.compile(r"赔偿|罚款|押金|\b(?:deposit|compensation|penalty|fine)s?\b", re.I)
_NO_KIND = r"(?:the|an?|our|your|one|each|every|per|this|that|any|all|for|of|and|or|with|in|to|from)\b"
_POINTS = re.compile(r"\b(?:it|its|they|this|that|these)\b|[它该此]", re.I)
_CLAUSE = re.compile(r"(?:,(?!\d)|[;，；。])\s*|\bbut\b|\.\s")
# A clause that has no more than this before its sum is of what the next one names: "At only $20, the helmet".
_OF_THE_NEXT = re.compile(
    r"\W*(?:(?:(?:at|for|from|with|just|only|now|today|as|little|about|if|when|by|pay|paying|you|an?)\b|"
    rf"[只仅需要花付再用以您你]|每[年月周天次]|低至|最低|支付|现在|如今|今天|特价|现价|优惠价) *)*+{SUM}"
    r"(?:each\b|(?:an?|per) \w+|[一每]\w|[年月周天次个台件起]|左右|\W)*+",
    re.I,
)

_EACH = r"[一每][个台盏只把件份瓶]"
# Where a clause begins with the name, no word before it makes it another thing: a desk lamp, the shade of the lamp.
_BEGINS = (
    rf"(?:^\W*|[.,;:|(“\"•–—，。；：（、]\s*|{SUM}(?: \([^()]{{1,20}}\))? and )"
    r"(?:(?:the )?prices? (?:of|for) )?(?:(?:an?|the|our|one|each|every) )?"
    rf"(?:目前|现在|本店的?|我们的|该|这[款个台]|{_EACH})?"
)
_COSTS = (
    rf"\s*(?:{_EACH})?(?: price|的?(?:零售|市场|[单定标现原])?(?:售价|价格|价))?"
    r"\s*(?:[:：=|–—(（]|是|为|[需只]?要|需|仅需?|卖|costs?\b|is\b|are\b)?"
    rf"\s*(?:(?:only|just|now|priced at) |{_EACH})?"
)
_NOTHING = r"(?:免费(?![\u4e00-\u9fff])|\bfree(?: of charge)?(?=\s*(?:$|[.,;!)])))"

_BRAND = r"(?:[a-z][\w-]* ){0,2}"
_NUMBERED = r"(?: ?[a-z]{1,3}-?\d{1,4})"  # its model
# What may follow a thing's name so that it is still that thing: models and sizes.
_MODEL = re.compile(r"(?=.*\d)[\w.+-]+|[WVAKLm]|[cm]m|k?g|ml|dBi|k?Wh|[kMG]?Hz|[GT]B", re.A)
_WORDS = re.compile(r"[^\s,，/()（）×]+")
_OF_ANOTHER = re.compile(r"\b(?:for|of)\b|[,，、]", re.I)
_PRICE_COLUMN = re.compile(
    r"\bprice\b|\bcosts?\b|\bfees?\b|\bcharges?\b|价格|售价|单价|[价费]$|费用|收费|[价费][(（]|"
    rf"[(（](?:[{ANY_SIGN}元]|{CODE})[)）]",
    re.I,
)
_SAYS_SUM = re.compile(rf"^\W*{NUMBER}|{SUM}|免费|\bfree\b", re.I)


def priced(question: str, language: Language, best: RankedSentence | None = None) -> str:
    """What a short question wants to know the price of; empty where it asks for none. `best` is what it finds."""
    form = normal_form(codes_joined(question), language)
    in_brief = codes_of(question) or (best is not None and len(cells_of(best.text)) > 1)
    asked = _ASKS[language].fullmatch(form) or (in_brief and _ASKS_IN_BRIEF[language].fullmatch(form))
    of = next(filter(None, asked.groups()), "").strip() if asked else ""
    if _NO_THING[language].search(of):
        return ""
    return of if (len(of) if language == "zh" else len(of.split())) <= LONGEST[language] else ""


def prices_nothing(question: str, language: Language) -> bool:
    """Whether it asks for a price without saying of what."""
    return bool(_OF_NOTHING[language].fullmatch(normal_form(question, language)))


def names_price(sentence: RankedSentence) -> bool:
    return bool(_NAMES.search(sentence.text)) and not _COMPARES.search(sentence.text)


def counts(sentence: RankedSentence) -> bool:
    """Whether it says how much in another way than by a sum of money; a row whose columns have names, in one that
    is a price's.
    """
    cells = cells_of(sentence.text)
    if len(cells) > 1 and all(name for name, _text in cells):
        return any(_PRICE_COLUMN.search(name) for name, _text in cells)
    return bool(_COUNTS.search(sentence.text)) and not _COMPARES.search(sentence.text)


def holds(of: str) -> Fits:
    """Finds the sentences that have the name of this thing, or of one called after it."""
    name = re.compile(rf"(?<![a-z0-9]){_name(of)}", re.I)
    return lambda sentence: bool(name.search(sentence.text))


def may_price(of: str, sentence: RankedSentence, before: str) -> bool:
    """Whether it says how much in any way, and it or what stands `before` it has a word of the thing, or points."""
    says = (names_price(sentence) or counts(sentence)) and not prices_another(of)(sentence)
    held = words_held(of, f"{before}\n{sentence.text}")
    if not held:
        return says and bool(_POINTS.search(sentence.text))
    return says and not _of_another_kind(of, held, sentence)


def _of_another_kind(of: str, held: frozenset[str], sentence: RankedSentence) -> bool:
    """Whether a thing of which only the last word is found has another one before that: a guitar lesson, not one
    for the piano.
    """
    *kind, thing = of.split()
    if not kind or not of.isascii() or held != words_held(of, thing):
        return False
    return bool(re.search(rf"\b(?!{_NO_KIND})\w+ {re.escape(thing.removesuffix('s'))}s?\b", sentence.text, re.I))


def prices_another(of: str) -> Fits:
    """Finds the sentences that name a price, but not this thing's: they have its name only behind that of something
    else ("It is free of charge, but a helmet is compulsory"), or say what is paid for a lost one (赔偿八十元).
    """
    name = re.compile(_name(of), re.I)

    def fits(sentence: RankedSentence) -> bool:
        clauses = _CLAUSE.split(sentence.text)
        naming = [place for place, clause in enumerate(clauses) if name.search(clause)]
        behind = clauses[naming[0] :] if naming else clauses
        said = [clause for clause in behind if _NAMES.search(clause) or _COUNTS.search(clause)]
        if naming and any(map(_OF_THE_NEXT.fullmatch, clauses[naming[0] - 1 : naming[0]])):
            return False
        return all(_KEPT_FOR.search(clause) for clause in said) and bool(naming or said)

    return fits


def prices(of: str) -> Fits:
    """Finds the sentences that say the price of this very thing, right behind its name: "Ember 台灯 E1（¥299）" for
    台灯, and of an article right behind its number, whatever it is called.
    """
    costs = rf"{_COSTS}(?:{SUM}(?! ?(?:off\b|优惠))|{_NOTHING})"
    if codes := codes_of(of):
        says = re.compile(rf"{_article(codes)}[，,]?{costs}", re.I)
    else:
        says = re.compile(rf"{_BEGINS}{'' if of.isascii() else _BRAND}{_name(of)}{_NUMBERED}?{costs}", re.I)

    def fits(sentence: RankedSentence) -> bool:
        found = says.search(sentence.text) and not _COMPARES.search(sentence.text)
        return bool(found) and codes_held(codes, sentence.text) == len(codes)

    return fits


def row_prices(of: str) -> Fits:
    """Finds the rows that have the price of such a thing: a C40 where its number is said, else whatever is called
    so, "Desk lamp D2" for a lamp.
    """

    def fits(sentence: RankedSentence) -> bool:
        cells = cells_of(sentence.text)
        says_price = any(_PRICE_COLUMN.search(name) and _SAYS_SUM.search(text) for name, text in cells)
        return says_price and any(is_called(text, of) for text in _subjects(cells))

    return fits


def is_called(text: str, of: str) -> bool:
    """Whether a text names such a thing, and nothing that only goes with it: no shade of it, no lamp shade."""
    if len(text) > LONGEST_NAME:
        return False
    codes = codes_of(of)
    if codes_held(codes, text) < len(codes):
        return False
    named = re.compile(_article(codes) if codes else rf"(?<![a-z0-9]){_name(of)}", re.I)
    return any(
        not _OF_ANOTHER.search(text[: found.start()])
        and all(_MODEL.fullmatch(word) or word.casefold() in of for word in _WORDS.findall(text[found.end() :]))
        for found in named.finditer(text)
    )


def articles_called(headings: Iterable[str], of: str) -> tuple[str, ...]:
    """How headings number such things: D2 of a purifier, by "Drift air purifier (D2)"; and what a sentence may call
    that one alone: what begins its name (drift, 清流 of 清流空气净化器（D2）).
    """
    parts = (part for heading in headings for part in heading.split(" › ") if is_called(part, of))
    numbered = [(part, sorted(codes)) for part in parts if (codes := codes_of(part))]
    names = (name for part, _codes in numbered for name in _brands(part, of))
    return tuple(dict.fromkeys([*(code for _part, codes in numbered for code in codes), *names]))


def _brands(part: str, of: str) -> list[str]:
    before = re.split(_name(of), part, maxsplit=1, flags=re.I)[0].strip().casefold()
    if before.isascii():
        return before.split()[:1]
    return [before[:end] for end in range(2, len(before) + 1)] if len(before) <= _LONGEST_BRAND else []


def _subjects(cells: Cells) -> list[str]:
    """What a row is about: its first cell, and what else names it."""
    return [text for place, (name, text) in enumerate(cells) if not place or _names_it(name)]


def _names_it(name: str) -> bool:
    return bool(KIND.fullmatch(name) or NUMBERING.search(name))


def _article(codes: Iterable[str]) -> str:
    """A pattern for any of these numbers, with hyphens, blanks or neither."""
    return rf"(?<![a-z0-9])(?:{'|'.join('[- ]?'.join(map(re.escape, code)) for code in codes)})(?![a-z0-9])"


def _name(of: str) -> str:
    """A pattern for it, in the singular or plural, and however its Latin letters are set apart."""
    pieces = re.findall(r"[a-z0-9]+|[^\sa-z0-9]+", of.removesuffix("s") if of.isascii() else of)
    return r"\s*".join(map(re.escape, pieces)) + ("s?" if of.isascii() else "")
