"""Terms that stand in nearly every text: one of them on a list would block nearly every answer."""

import unicodedata

# The commonest words, in normal form: no list of what may not be said has one of them alone.
_COMMON = """
about after again all also am an and any are as at be because been before being below between both but by can
could did do does doing down during each few for from further had has have having he her here hers him his how
if in into is it its just may me more most must my no nor not now of off on once only or other our ours out over
own please same she should so some such than that the their them then there these they this those through to too
under until up us very was we were what when where which while who whom whose why will with would yes you your
一个 一些 一样 一般 一起 一下 不同 不能 不是 不会 不要 之前 之后 之间 什么 他们 她们 它们 以上 以下 以及 任何
但是 你们 你好 例如 其中 其他 关于 包括 即可 只有 只要 只能 只需 可以 可能 各种 同时 后来 否则 因为 因此 因而
如下 如何 如果 就是 已经 并且 应该 当前 怎么 您好 您的 想要 感谢 我们 我的 你的 他的 或者 还是 所以 所有 所需
按照 无法 时候 是否 是的 有关 此外 每个 没有 的话 目前 直接 相关 等等 自己 虽然 表示 觉得 认为 许多 请您 请问
谢谢 这个 这些 这样 这里 进行 通过 通常 那个 那么 那些 那里 都是 需要 非常 首先 然后 最后 对于 由于
"""
_WORDS = frozenset(_COMMON.split())


def is_everywhere(normal: str) -> bool:
    """Whether a term in normal form is of signs alone, a single letter or character, or one of the commonest words.

    A picture such as an emoji is a term like any other.
    """
    kinds = {unicodedata.category(character) for character in normal}
    if all(kind[0] in "PSZ" and kind != "So" for kind in kinds):
        return True
    return (len(normal) == 1 and kinds != {"So"}) or normal in _WORDS
