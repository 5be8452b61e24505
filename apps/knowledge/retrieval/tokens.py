"""Search tokens: stems of Latin words; single characters and bigrams of Chinese, simplified. One scheme for all."""

import re
import unicodedata

from apps.core.stems import stem

from .simplified import simplified
from .synonyms import concepts

# Grows with every change of what `tokenize` makes of a text: passages with tokens of an earlier scheme are then
# read anew (`indexing/tokens.py`). 1: traditional characters as simplified ones; 2: a token more
# for words that mean the same.
SCHEME = 2

_STOP = """
a about above after again against all also am an and any are as at be because been before being below between
both but by can could did do does doing done down during each few for from further had has have having he her
here hers herself him himself his how i if in into is it its itself just me more most my myself no nor not of
off on once only or other our ours ourselves out over own s same she should so some such t than that the their
theirs them themselves then there these they this those through to too under until up very was we were what
when where which while who whom whose why will with would you your yours yourself yourselves please tell
"""
STOP_WORDS = frozenset(_STOP.split())
# Chinese words that only ask, or carry a question without saying what it is about; longest first. Their single
# characters would weigh as much as any other, so words that hold one of them and do say something are kept.
_KEPT = (
    "会员|会议|社会|开会|年会|机会|国会|会计|协会|议会|委员会|功能|智能|性能|节能|技能|能源|能力|能量|能耗|可能|核能|能见度|"
    "重要|主要|要求|要素|纲要|摘要|想象|思想|梦想|理想|都市|首都|成都|就业|成就|就职|就读|才能|人才|天才|再生|"
    "还原|归还|偿还|退还|还款|还书|我国|自我|给予|供给|让步|转让|应用|应急|反应|对应|适应|供应|过去"
)
_ASKING = (
    "请问|什么时候|为什么|什么|甚么|怎么办|怎么样|怎么|怎样|如何|为何|哪一年|哪年|哪个|"
    "哪些|哪里|哪儿|哪一|哪|谁|多少|多长时间|多久|几个|几|是否|何时|何地|何|分别|有没有|"
    "啥时候|啥|咋办|咋|"
    "能不能|可不可以|可以|要不要|会不会|是不是|用不用|应该|我们|你们|咱们|他们|她们|它们|"
    "[吗呢吧啊呀啦嘛的了请是在被于其与和有它他她这那我你您咱能会要想还就都也才又再把给让应]"
)
EMPTY = re.compile(f"({_KEPT})|{_ASKING}")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:[-.'’/,][^\W_{_HAN}]+)*")
_IS_HAN = re.compile(rf"[{_HAN}]")
_PART = re.compile(r"[-.'’/,]+")
_LONGEST = 64  # characters of a token; what is longer is no word, and PostgreSQL has a limit
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def tokenize(text: str) -> list[str]:
    """Tokens in reading order, with repetitions."""
    found: list[str] = []
    for piece in _PIECE.findall(simplified(unicodedata.normalize("NFKC", text).lower())):
        if _IS_HAN.match(piece):
            found.extend(piece)
            found.extend(piece[i : i + 2] for i in range(len(piece) - 1))
            found.extend(concepts(piece))
        else:
            found.extend(_words(piece))
    return found


def _words(piece: str) -> list[str]:
    """The tokens of one run without blanks: "14,400" is a number, "Wi-Fi" is wi, fi and wifi, "don't" is don."""
    if _NUMBER.fullmatch(piece):
        return [piece.replace(",", "")[:_LONGEST]]
    if "'" in piece or "’" in piece:
        piece = re.split("['’]", piece)[0] or piece.strip("'’")
    parts = [part for part in _PART.split(piece) if part]
    joined = ["".join(parts)] if 1 < len(parts) <= 3 else []
    return [stem(word[:_LONGEST]) for word in parts + joined if word not in STOP_WORDS]


def tsvector(tokens: list[str]) -> str:
    """PostgreSQL's text form, with positions, so that a lexeme's frequency in the passage can be read back."""
    places: dict[str, list[int]] = {}
    for position, token in enumerate(tokens, 1):
        places.setdefault(token, []).append(min(position, 16383))
    return " ".join(f"{quote(token)}:{','.join(map(str, sorted(set(p))[:255]))}" for token, p in places.items())


def quote(token: str) -> str:
    """A token as a literal inside a tsvector or tsquery."""
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def question_tokens(question: str) -> list[str]:
    """Tokens of what a question is about; all its tokens where nothing is left."""
    return tokenize(without_empty_words(question)) or tokenize(question)


def without_empty_words(question: str) -> str:
    """In simplified characters, with blanks in place of the Chinese words that EMPTY finds."""
    return EMPTY.sub(lambda match: match[1] or " ", simplified(question))
