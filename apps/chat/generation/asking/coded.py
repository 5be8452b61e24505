"""Questions that a command or the lines of a file answer: how to do something, or what it looks like."""

import re

from apps.knowledge.services import asked_kind

# "How long", "how much" and 怎么样 ask for something else. What strangers write: none may repeat in two ways.
_ASKS = re.compile(
    r"\bhow (?:do|does|did|can|could|should|would|must|to)\b"
    r"|\blooks? like\b|\bcommands?\b|\bsteps\b|\b(?:example|sample|syntax|snippet)s?\b"
    r"|\bwhat (?:do|should|must|can) (?:i|we|you) (?:type|enter|run|execute)\b"
    r"|怎么(?!样)|如何|怎样|咋|步骤|命令|指令|什么样|啥样|示例|例子|样例|范例|写法|格式|(?:敲|输入)(?:什么|啥)",
    re.I,
)
# Such a question is answered by a yes or no, with which no command belongs.
_ASKS_YES_OR_NO = re.compile(
    r"(?:^|[,;.:!?–—])[\W_]{0,3}(?:(?:please|so|and|but|or|ok|okay|hi|hello|hey|well|then|also)\b[\W_]{0,3}){0,2}"
    r"(?:is|are|am|was|were|do|does|did|can|could|may|might|will|would|should|shall|must|has|have|had)(?:n[’']?t)?\b"
    r"|\b(?:whether|right ?\?)"
    r"|[吗嗎]|(?<![什怎甚那这多要])么[\W_]*$|吧[\W_]*$|[是能可会]否|([\u4e00-\u9fff]{1,2})[不没]\1|有没有|没有?[\W_]*$",
    re.I,
)
# What of such a question only asks for the code, not what it is to do: where it ends so, no longer word or thing
# begins with it (terminal block, 示例商品). "Command" may be what a page is about.
_BEHIND = r"(?=\W*$|[,;.:?!]| (?:for|of|to|that|which|in|on|and|does|do|is|are|can|i)\b)"
_ENDS = r"(?:(?![\u4e00-\u9fff])|(?=[是的有吗呢啊吧怎长什啥]))"
_BY = r"(?:via|by|from|in|on|with|using) "
_ONLY_ASKS = re.compile(
    rf"\b(?:looks? like|(?:{_BY})?(?:what|which) (?:shell )?commands?(?: line)?|"
    rf"(?:{_BY})?(?:(?:an?|the|some) )?(?:(?:shell|terminal) )?commands?(?: line)?{_BEHIND}|"
    rf"{_BY}(?:(?:an?|the) )?(?:shell|terminal){_BEHIND}|"
    r"(?:the )?steps(?: (?:to|for))?|"
    r"(?:(?:an?|the|which|what|some) )?(?:examples?|samples?|snippets?|syntax)(?: (?:of|for))?)\b"
    r"|(?:用|敲|输入|执行)?(?:什么|哪个|哪条|啥)的?(?:命令|指令)行?是?|"
    rf"(?:(?:用|敲|输入|执行)(?:命令|指令)行?(?!工具|界面|程序|模式|提示)|的?(?:命令|指令)行?{_ENDS})(?:是?(?:什么|啥))?|"
    rf"(?:敲|输入)(?:什么|啥)|怎么写|长什么样|的?步骤|什么样|(?:示例|例子|样例|范例){_ENDS}",
    re.I,
)
_BESIDE = re.compile(r"\b(?:(?:show|give|tell) me|i (?:need|want)|(?:what|which) does|what is)\b", re.I)


def asks_for_code(question: str) -> bool:
    """Whether code that stands where the answer stands is part of it."""
    return _ASKS.search(question) is not None


def asks_yes_or_no(question: str) -> bool:
    return _ASKS_YES_OR_NO.search(question) is not None


def may_want_code(question: str) -> bool:
    """Whether code that the answer's paragraph leads to is part of it: not for who asks when, how many, who, or
    whether something is so.
    """
    if asks_for_code(question):
        return True
    return asked_kind(question) in {None, "way"} and not asks_yes_or_no(question)


def wanted_of_code(question: str) -> str:
    """What the code is to do or to set, without the words that only ask for it; empty where there are none."""
    left = _ONLY_ASKS.sub(" ", question)
    if left == question:
        return ""
    left = " ".join(_BESIDE.sub(" ", left).split())
    return left if any(sign.isalnum() for sign in left) else ""
