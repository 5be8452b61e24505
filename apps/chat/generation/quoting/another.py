"""Whether the best sentence of what was found speaks of another thing than the one that is asked for, however sure
the search is: of E21 who asks for E45, or of a price who wants money back. In doubt the search has its word.
"""

import re
from collections.abc import Iterable

from apps.core.codes import codes_held, codes_joined, codes_of, codes_with_parts
from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from ..narrowing import best_of
from .prices import names_price

# A grade or standard says how good a thing is: who asks for another one than it has is told the one it has.
_GRADES = frozenset(
    {
        "ip",
        "iso",
        "en",
        "din",
        "usb",
        "hdmi",
        "wpa",
        "wifi",
        "cat",
        "ddr",
        "pcie",
        "ffp",
        "hsk",
        "win",
        "ios",
        "android",
    }
)
_SIZE = re.compile(r"[abc]\d")  # of paper, or how well one speaks
_MOST_OTHERS = 2  # more of them are a list of what there is
_LETTERS = re.compile(r"[a-z]+")
# What is asked about: it is called an error or an article, or the question begins with it. A printer that takes A4
# is what who would print on A5 wants to hear of.
_ASKED_ABOUT = (
    r"\b(?:errors?|faults?|codes?|alarms?|warnings?|models?|articles?|items?|products?|parts?|sku|shows?|displays?)"
    r"(?: (?:codes?|numbers?|no\.?|messages?))*[ :“\"'#]{{1,3}}(?:{codes})\b|"
    r"\b(?:{codes}) (?:errors?|faults?|alarms?|warnings?)\b|"
    r"(?:错误|故障|报错|代码|异常|报警|告警|警告|型号|货号|商品|产品|编号|机型|显示|出现|提示)"
    r"(?:代?码|编?号)?[为是:：“ ]{{0,2}}(?:{codes})(?![a-z0-9])|"
    r"(?<![a-z0-9])(?:{codes}) ?(?:号|这个)?(?:错误|故障|报错|代码|异常|报警|告警)"
)
_BEGINS_WITH = (
    r"^(?:(?:hi|hello|please|so|and)\W+)*"
    r"(?:(?:what|who|where|when|why|how)(?: (?:much|many|long|old|big))?(?:[’']s)? )?"
    r"(?:(?:is|are|was|does|did|has|have|will|can|about) )?(?:(?:the|an?|my|your|our) )?(?:{codes})\b|"
    r"^do you (?:have|sell|stock) (?:the |an? )?(?:{codes})(?= in stock|\W*$)|"
    r"^(?:请问|你好|您好|你们|我的|这个|那个?|有没有|有|[ ,，])*(?:{codes})(?![a-z0-9])"
)
_PAPERS = re.compile(  # each has its own number, and documents only examples of it
    r"\b(?:orders?|tickets?|invoices?|bookings?|reservations?|receipts?|parcels?|shipments?|tracking|"
    r"vouchers?|coupons?|promo|discount|serial)\b|订单|工单|单号|发票|预订|预约|快递|包裹|运单|优惠|序列号",
    re.I,
)
_OF_AN_EXAMPLE = re.compile(
    r"\b(?:such as|like|e\.g\.|for (?:example|instance))[ ,:“\"']{1,3}(?=[a-z]+-?\d)|"
    r"(?:例如|比如|譬如|诸如|如)[ ：:，“]{0,2}(?=[a-z]+-?\d)",
    re.I,
)
_NUMBERED = r"[a-z][a-z0-9-]{0,12}?\d{1,9}"
_RANGE = re.compile(
    rf"(?<![a-z0-9])(between |介于|在)?({_NUMBERED})"
    r"(?: (?:to|through|till|until|up to) | ?[-‐‑–—~～至到] ?|(?(1)(?: and | ?[和与] ?|(?!))|(?!)))"
    r"((?:[a-z][a-z0-9-]{0,12}?)?\d{1,9})(?![a-z0-9])",
    re.I,
)
_OPEN = re.compile(  # "RTX3060 or better", E40 以上, E4x
    rf"(?<![a-z0-9]){_NUMBERED}(?:\+|x+\b|\*| onwards?\b| ?及?以[上下前后]| ?或?更[高新好大]| ?起|"
    rf",? (?:or|and) (?:\w+er|up|more|less|above|below)\b)|\bfrom (?:the )?{_NUMBERED} on\b",
    re.I,
)
_WANTS_BACK = re.compile(
    r"\brefund(?:s|ed)?\b|\brefundable(?=\W*$)|\b(?:money|fees?) back\b|"
    r"退[费款钱](?!的[^吗么])|[能可以]退[吗么不]",
    re.I,
)
_ASKS_HOW_MUCH = re.compile(
    r"\bhow (?!do|does|can|could|would|to)\w+|\b(?:what|which|when)\b|多少|多[久大高长]|几[天个日]|何时|什么时候",
    re.I,
)
# What may stand for giving back, too, or says that it is not done.
_GIVES_BACK = re.compile(
    r"\b(?:refund\w*|returns?|returned|returnable|cancel\w*|reimburs\w*|repa(?:y|id)|credit\w*|compensat\w*|exchang\w*|"
    r"replac\w*|vouchers?|forfeit\w*|kept|keep|deduct\w*|make (?:up|good)|(?:pay|give|send|owe)s? (?:out|you)|"
    r"you (?:get|receive)|we pay|pays|paid|covers?|covered|up to)\b|\bback\b|"
    r"退|还|取消|报销|赔|补[偿差贴]|换|扣|抵|承担|最[多高]",
    re.I,
)


def is_of_another(question: str, found: Retrieval) -> bool:
    """Whether it names only codes like the one that is asked about, or a price and nothing of giving back."""
    best = best_of(found)
    if best is None:
        return False
    home = next(one for one in found.passages if best in one.sentences)
    said = f"{home.title}\n{home.heading}\n{best.text}"
    if codes := codes_with_parts(question):
        held = any(codes_held(codes, _all_of(one)) for one in found.passages)
        return not held and _asks_about(question) and _names_others(codes, said)
    wants_back = _WANTS_BACK.search(question) and not _ASKS_HOW_MUCH.search(question)
    return bool(wants_back) and names_price(best) and not _GIVES_BACK.search(said)


def _all_of(one: RankedPassage) -> str:
    return f"{one.title}\n{one.heading}\n{one.text}"


def _asks_about(question: str) -> bool:
    """Whether a code is what the question is about, and not only how good or whose something is."""
    codes = codes_of(question)
    if not codes or _PAPERS.search(question):
        return False
    text, either = codes_joined(question).casefold().strip(), "|".join(map(re.escape, codes))
    if re.search(_ASKED_ABOUT.format(codes=either), text):
        return True
    begins = re.search(_BEGINS_WITH.format(codes=either), text)
    return bool(begins) and not all(_SIZE.fullmatch(code) for code in codes)


def _names_others(codes: frozenset[str], said: str) -> bool:
    """Whether codes of their kind are named, neither as an example nor as the ends of what may hold them."""
    others = [code for code in codes_of(said) if _kinds(codes) & _kinds([code])]
    if not 0 < len(others) <= _MOST_OTHERS or _OF_AN_EXAMPLE.search(said) or _OPEN.search(said):
        return False
    return not any(_within(code, *found.group(2, 3)) for found in _RANGE.finditer(said) for code in codes)


def _within(code: str, first: str, last: str) -> bool:
    """Whether a range of numbers has this one: E45 of E40 to E49, and of E40–49."""
    (kind, number), (kind_first, least), (kind_last, most) = map(_kind_and_number, (code, first, last))
    return kind == kind_first and kind_last in {"", kind} and least <= number <= most


def _kind_and_number(code: str) -> tuple[str, int]:
    plain = code.replace("-", "").casefold()
    kind = plain.rstrip("0123456789")
    return kind, int(plain[len(kind) :] or 0)


def _kinds(codes: Iterable[str]) -> frozenset[str]:
    """What codes begin with, which those of one kind have in common."""
    letters = (_LETTERS.match(code) for code in codes)
    return frozenset(found.group() for found in letters if found) - _GRADES
