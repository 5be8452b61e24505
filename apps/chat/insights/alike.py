"""Which questions ask nearly the same: for owners, who read them together. No answer is given by it."""

import re
from collections import defaultdict
from collections.abc import Sequence

from apps.knowledge.services import asked_kind, question_tokens

from ..generation.quoting.alike import turns

# Of what two questions are about, twice what they share by what both have. Of 418 questions of the demo's sets none
# with another answer reaches .6.
ALIKE = 0.8
_EITHER = re.compile(r"(.)[不没]\1")  # 能不能, 有没有 deny nothing


def groups_alike(questions: Sequence[str]) -> list[list[int]]:
    """Places in `questions` of what is asked alike, in their order; each joins the first group whose first question
    it is like.
    """
    groups: list[list[int]] = []
    firsts: list[frozenset[str]] = []  # what the first of each group is about
    having: dict[tuple[object, str], list[int]] = defaultdict(list)  # the groups by what their first is about
    for place, question in enumerate(questions):
        about, asks = frozenset(question_tokens(question)), _asks(question)
        # What is as alike lacks a third of its tokens at most: one of this many of the rarest is shared.
        rarest = sorted(about, key=lambda token: len(having[asks, token]))[: len(about) // 3 + 1]
        near = {group for token in rarest for group in having[asks, token]}
        like = [
            group for group in near if 2 * len(about & firsts[group]) >= ALIKE * (len(about) + len(firsts[group]))
        ]
        if like:
            groups[min(like)].append(place)
            continue
        for token in about:
            having[asks, token].append(len(groups))
        groups.append([place])
        firsts.append(about)
    return groups


def _asks(question: str) -> object:
    """What must be the same, however alike the words are: the kind of thing that is asked for, numbers, denials."""
    kind = asked_kind(question)
    return None if kind == "way" else kind, frozenset(turns(_EITHER.sub(r"\1", question)).items())
