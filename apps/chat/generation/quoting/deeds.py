"""Whether steps do what is asked: no list of them is told for a card that is lost to who wants to put money on it,
nor how to register to who wants to cancel.
"""

import re
from dataclasses import dataclass

from apps.knowledge.retrieval.types import RankedPassage, Retrieval

from ..asking.narrowing import as_likely, best_of, only_where
from .procedures import says_how


@dataclass(frozen=True)
class _Deed:
    """`named` is how a heading or a question says that it is about it, `spoken` how else it may be spoken of."""

    named: re.Pattern[str]
    spoken: re.Pattern[str]


def _deed(named: str, spoken: str) -> _Deed:
    return _Deed(re.compile(named, re.I), re.compile(f"{named}|{spoken}", re.I))


_DEEDS = (
    _deed(
        r"\b(?:lost|stolen|theft)\b|挂失|丢失|遗失|被盗|失窃|报失",
        r"\b(?:los(?:e|s|ing)|steal\w*|stole|thie\w+|missing|left|leave|forg[eo]t\w*|block\w*|find|found|gone|mislaid"
        r"|misplace\w*|replac\w*|report\w*|disappear\w*|vanish\w*)\b|[丢失掉偷盗找忘落补]|不见|没了|冻结|停用",
    ),
    _deed(
        r"\b(?:cancel(?!led)\w*|delet\w*|uninstall\w*|unsubscrib\w*|deregister\w*)\b|取消|撤销|退订|删除|注销|卸载|解绑",
        r"\b(?:cancelled|withdraw\w*|clos\w+|remov\w*|eras\w+|clear\w*|rid|undo\w*|stop\w*|end\w*|quit\w*|leav\w+|off"
        r"|out|back|disabl\w*|terminat\w*|revok\w*|refund\w*|return\w*|change|not|no longer)\b|n[’']t\b"
        r"|[退删停撤关]|解除|移除|去掉|清[除空]|不[想去要用来再]|改签|终止",
    ),
)


def of_the_deed(found: Retrieval, question: str) -> Retrieval:
    """To who asks how to do something: what was found, where the best sentence is of steps for another deed without
    all that is, and as sure as what is left.
    """
    best = best_of(found)
    home = next((one for one in found.passages if best in one.sentences), None)
    if home is None or not home.steps or not says_how(question) or not _does_another(home, found.question):
        return found
    left = only_where(found, lambda one, _sentence: not (one.steps and _does_another(one, found.question)))
    return as_likely(left, best)


def _does_another(home: RankedPassage, question: str) -> bool:
    heading = home.heading.rpartition(" › ")[2] or home.title
    section = f"{home.title}\n{home.heading}\n{home.text}"
    return any(
        (deed.named.search(heading) and not deed.spoken.search(question))
        or (deed.named.search(question) and not deed.spoken.search(section))
        for deed in _DEEDS
    )
