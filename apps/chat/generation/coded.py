"""Questions that a command or the lines of a file answer: how to do something, or what it looks like."""

import re

from apps.knowledge.retrieval.answer_types import asked_kind

# "How long", "how much" and 怎么样 ask for something else. What strangers write: none may repeat in two ways.
_ASKS = re.compile(
    r"\bhow (?:do|does|did|can|could|should|would|must|to)\b"
    r"|\blooks? like\b|\bcommands?\b|\b(?:example|sample|syntax|snippet)s?\b"
    r"|\bwhat (?:do|should|must|can) (?:i|we|you) (?:type|enter|run|execute)\b"
    r"|怎么(?!样)|如何|怎样|咋|命令|指令|什么样|啥样|示例|例子|样例|范例|写法|格式|(?:敲|输入)(?:什么|啥)",
    re.I,
)


def asks_for_code(question: str) -> bool:
    """Whether code that stands where the answer stands is part of it."""
    return _ASKS.search(question) is not None


def may_want_code(question: str) -> bool:
    """Whether code that the answer's paragraph leads to is part of it: not for who asks when, how many or who."""
    return asks_for_code(question) or asked_kind(question) in {None, "way"}
