"""What a reply to a gap is, compared by words: whoever says more than fills a gap is asking, and is answered.

To take a question for a wrong word swallows it, to take a wrong word for a question costs a search. So right is the
term alone, or among words that add nothing to it; and wrong is only what could stand in its place.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Literal

from apps.core.language import Language
from apps.core.stems import stem
from apps.knowledge.services import chinese_words

from ...evaluation.cases import loosely
from ..asking.sameness import normal_form
from .cloze import NUMBER, Gap

NEARLY = 0.85  # of the letters: a slip of the pen
LONGEST = 80  # characters beyond the sentence: who writes more does not fill its gap
LONGER = 1  # characters that a Chinese reply of several words may have more than the term
_TIMES = {"万": 10**4, "亿": 10**8, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_PARTS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_UNIT = re.compile(r"\s?(?:%|[^\W\d_\u3400-\u9fff]{1,12}(?:/[a-z]+)?|[\u3400-\u9fff]{1,3}(?![\u3400-\u9fff]))")
_OTHER_SCRIPT = {"en": re.compile(r"[\u3400-\u9fff]"), "zh": re.compile(r"[A-Za-z]")}
_DOES_NOT_KNOW = re.compile(
    r"(?:i )?(?:really )?(?:dont|do not) know|no idea|not sure|idk|(?:i )?(?:forgot|give up|pass)|"
    r"(?:我)?(?:真的)?(?:不知道|不清楚|不会|不懂|不确定|忘了|忘记了|想不起来)了?"
)
# Around the word they say nothing but that it is the word.
_BESIDE_EN = """
a an the it its is are was were be by of to in on at about around roughly approximately nearly i we id im think
guess believe would say maybe perhaps probably must should answer word gap hm um er oh
"""
_BESIDE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(rf"(?:(?:{'|'.join(_BESIDE_EN.split())})\b\s*)*"),
    "zh": re.compile(
        r"(?:我|觉得|认为|猜|想|应该|应当|可能|大概|大约|约|也许|是不是|就是|是|叫做|叫|填|空格里?|答案|这个词|的|对|嗯|呃|哦)*"
    ),
}
_TONE = "吧吗啊呀嘛了"  # behind a word that somebody is not sure of
# Of one word alone, these want something or are small talk. In Chinese also as a word among others.
_ASKING_EN = """
what why how who whom when where which can could do does did will tell explain show define describe list give
compare find help hint hints tip next more continue go on again start begin stop skip quit exit menu example
examples question questions quiz test another repeat translate summarize summarise search agent human person
operator hi hello hey thanks thank thx ok okay yes yeah yep no nope bye goodbye sorry please sure cool great
good nice wrong
"""
_ASKING_ZH = """
什么 怎么 怎样 怎么样 如何 为什么 为何 啥 为啥 多少 多久 哪 哪里 哪儿 哪个 哪些 谁 几 几个 吗 呢 介绍 一下 解释
说明 讲解 告诉 讲 讲讲 说 说说 谈 谈谈 举 举例 例子 比如 例如 给 出 题 题目 想 想要 要 找 问 提问 问题 看 看看
查 查询 帮 帮忙 帮助 帮我 请 列 列出 推荐 比较 对比 总结 翻译 继续 换 再 再来 来 下 下一 下一个 提示 人工 客服
真人 定义 区别 你好 您好 谢谢 多谢 好 好的 行 可以 是的 不是 不对 再见 拜拜 算了 不用 跳过 停止 懂 明白 不 没
没有 你 您 我 不想 不要 不会 不能 不行 做 考 考考 出题 退出 聊 聊聊 难 太难
"""
_ASKING = frozenset([*_ASKING_EN.split(), *_ASKING_ZH.split()])

Judgement = Literal["right", "other", "unknown"]


def judged(reply: str, gap: Gap, language: Language) -> Judgement | None:
    """What a reply to the gap is; None for one that asks or says something else."""
    if len(reply) > len(gap.sentence) + LONGEST:
        return None
    said = [word for word, *around in _words(reply, gap, language) if _is_alone(around, gap, language)]
    if any(_is_the_word(word, gap.term, language) for word in said):
        return "right"
    if _DOES_NOT_KNOW.fullmatch(normal_form(reply, language)):
        return "unknown"
    if NUMBER.fullmatch(gap.term):
        return "other" if said else None
    return "other" if _is_one_word(reply, gap.term, language) else None


def _words(reply: str, gap: Gap, language: Language) -> Iterator[tuple[str, str, str]]:
    """What of the reply may be the word, with what stands before and behind it."""
    if NUMBER.fullmatch(gap.term):
        for found in NUMBER.finditer(reply):
            unit = _UNIT.match(reply, found.end())
            asks = unit and _asks(unit[0].strip().casefold())
            yield found[0], reply[: found.start()], reply[unit.end() if unit and not asks else found.end() :]
    elif language == "zh":
        before, word, behind = loosely(reply).partition(loosely(gap.term))
        if word:
            yield word, before, behind
    else:
        for found in _PARTS.finditer(reply):
            yield found[0], reply[: found.start()], reply[found.end() :]


def _is_alone(around: list[str], gap: Gap, language: Language) -> bool:
    """Whether what stands around a word adds nothing to it: words that never do, or those of the sentence."""
    if language == "zh":
        sentence = loosely(gap.sentence)
        return all(_behind_beside(loosely(part), "zh").rstrip(_TONE) in sentence for part in around)
    known = {stem(word) for word in _PARTS.findall(gap.sentence.casefold())}
    left = [word for part in around for word in _PARTS.findall(part.casefold().replace("'", "").replace("’", ""))]
    return all(_BESIDE["en"].fullmatch(word) or stem(word) in known for word in left)


def _behind_beside(text: str, language: Language) -> str:
    beside = _BESIDE[language].match(text)
    return text[beside.end() :] if beside else text


def _is_the_word(word: str, term: str, language: Language) -> bool:
    if NUMBER.fullmatch(term):
        return bool(_values(term) & _values(word))
    if language == "zh":
        return loosely(word) == loosely(term)
    word, wanted = word.casefold(), term.casefold()
    return stem(word) == stem(wanted) or SequenceMatcher(None, word, wanted).ratio() >= NEARLY


def _is_one_word(reply: str, term: str, language: Language) -> bool:
    """Whether it could stand in the term's place, and wants nothing."""
    if "?" in reply or "？" in reply or _OTHER_SCRIPT[language].search(reply):
        return False
    said = loosely(reply) if language == "zh" else normal_form(reply, "en")
    form = _behind_beside(said, language).rstrip(_TONE)
    words = form.split() if language == "en" else chinese_words(form) if len(form) <= len(term) + 4 else []
    short = len(words) == 1 or (language == "zh" and 0 < len(form) <= len(term) + LONGER)
    return short and not _asks(form)


def _asks(form: str) -> bool:
    return not _ASKING.isdisjoint([*form.split(), *chinese_words(form)])


def _values(text: str) -> set[Decimal]:
    """The numbers in it; 30 万 and 300,000 are the same."""
    plain = ((found[1].replace(",", ""), (found[2] or "").strip()) for found in NUMBER.finditer(text))
    return {Decimal(number) * _TIMES.get(unit, 1) for number, unit in plain if number.count(".") < 2}
