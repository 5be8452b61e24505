"""Whether steps do what is asked: no list of them is told for a card that is lost to who wants to put money on it,
nor how to register to who wants to cancel.

Only where the verb asked for and the one that the steps are headed by are surely contrary. A file that was deleted
or a badge that broke says too little of what is wanted, as does a heading that names two things.
"""

import re
from dataclasses import dataclass

from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from ..narrowing import as_likely, best_of, only_where
from .procedures import says_how


def _any(english: str, chinese: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{english})|{chinese}", re.I)


def _asks_to(english: str, chinese: str) -> re.Pattern[str]:
    """The verb right behind "how do I" or 怎么: no participle, nothing that is to be prevented or has happened."""
    way = r"(?:怎么|如何|怎样|咋)(?:样|才能|能|可以)?(?:[给往把将][^，。？?]{1,8}?)?"
    return re.compile(
        rf"\bhow (?:to|(?:do|can|could|should|would) (?:i|we|you)) (?:{english})\b"
        rf"|{way}(?:{chinese})(?![了后过的])",
        re.I,
    )


def _headed(english: str, chinese: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:how to )?(?:{english})\b|^(?:如何|怎么|怎样)?(?:{chinese})(?![了后过的])", re.I)


_PAYS_IN = r"(?:put|load|add) (?:more )?(?:money|credit|funds?)|top up|recharge|renew", "充值|续费|续期"
_STARTS = (
    r"book|reserve|register|sign up|subscribe|enrol|join|order|install|top up|renew",
    "预[订约定]|订购|注册|订阅",
)
_STARTING = (
    r"book(?:ing)?|reserv(?:e|ing)|register(?:ing)?|sign(?:ing)? up|subscrib(?:e|ing)|enrol(?:ling)?|join(?:ing)?"
    r"|order(?:ing)?|install(?:ing)?|apply(?:ing)?|get(?:ting)?",
    "预[订约定]|订购|注册|订阅|办理|申请|开通|安装",
)
_ENDS = r"cancel|delete|uninstall|unsubscribe", "取消|撤销|退订|删除|注销|卸载|解绑"
_ENDING = r"cancel(?:l?ing)?|delet(?:e|ing)|uninstall(?:ing)?|unsubscrib(?:e|ing)", _ENDS[1]
_LOST = re.compile(r"\b(?:lost|stolen)\b|挂失|丢失|遗失|被盗|失窃|报失", re.I)
_OF_LOSS = _any(
    r"los[est]\w*|steal|stole|thie|theft|missing|left|leave|forg[eo]t|block|find|found|gone|replac|report|new\b|another"
    r"|second|duplicate|br[eo]k|damage",
    r"[丢失掉偷盗找忘落补坏新换]|不见|没了|冻结|停用",
)
_OF_ENDING = _any(
    r"cancel|delet|uninstall|unsubscrib|withdraw|clos|remov|eras|clear|rid\b|undo|stop|end|quit|leav|off\b|out\b|back\b"
    r"|disabl|deactivat|terminat|revok|refund|return|chang|not\b|no longer|give up|drop|release|declin|retract|wip"
    r"|instead",
    r"n[’']t\b|[取退删停撤关销]|解[除绑]|移除|去掉|卸载|清[除空]|不|改|终止",
)
_SEVERAL = re.compile(r"\b(?:and|or|then)\b|[&/,，、和或与及再]|然后|重新", re.I)
_EITHER = re.compile(
    r"\b(?:lost|stolen) (?:or|and) (?=(?:lost|stolen)\b)|(?:丢失|遗失|被盗)[或和、](?=丢失|遗失|被盗)", re.I
)


@dataclass(frozen=True)
class _Contrary:
    """What is asked how to do, the steps that do not do it, and what tells that they may, of the question or else
    `within` their section.
    """

    asked: re.Pattern[str]
    headed: re.Pattern[str]
    spoken: re.Pattern[str]
    within: bool = False


_CONTRARY = (
    _Contrary(_asks_to(*_PAYS_IN), _LOST, _OF_LOSS),
    _Contrary(_asks_to(*_STARTS), _headed(*_ENDING), _OF_ENDING),
    _Contrary(_asks_to(*_ENDS), _headed(*_STARTING), _OF_ENDING, within=True),
)


def of_the_deed(found: Retrieval, question: str, meant: str) -> Retrieval:
    """To who asks how to do something: what was found, where the best sentence is of steps for another deed without
    all that is, and as sure as what is left. `meant` is the question with what it leaves unsaid.
    """
    best = best_of(found)
    home = next((one for one in found.passages if best in one.sentences), None)
    if home is None or not home.steps or not says_how(question) or not _does_another(home, meant):
        return found
    left = only_where(found, lambda one, _sentence: not (one.steps and _does_another(one, meant)))
    return as_likely(left, best)


def _does_another(home: RankedPassage, meant: str) -> bool:
    heading = _EITHER.sub("", home.heading.rpartition(" › ")[2] or home.title)
    if _SEVERAL.search(heading) or _SEVERAL.search(meant):
        return False
    section = f"{home.title}\n{home.heading}\n{home.text}"
    return any(
        one.asked.search(meant)
        and one.headed.search(heading)
        and not one.spoken.search(section if one.within else meant)
        for one in _CONTRARY
    )
