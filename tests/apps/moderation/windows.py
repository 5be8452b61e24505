"""A window that is fed a text in pieces, held against what the checks say of the whole text."""

import itertools
from collections.abc import Sequence

from apps.moderation.errors import Blocked
from apps.moderation.judging import judge, masked
from apps.moderation.normal import normalise
from apps.moderation.policy import Policy
from apps.moderation.window import OutputWindow


def pieces_give_what_the_whole_gives(policy: Policy, text: str, cuts: Sequence[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    window, shown, blocked = OutputWindow(policy, language="en"), "", False
    try:
        for start, end in itertools.pairwise(edges):
            shown += window.feed(text[start:end])
        shown += window.finish()
    except Blocked:
        blocked = True
    findings = judge(policy, "output", normalise(text))
    first = min((f.start for f in findings if f.action == "block"), default=None)
    assert blocked == (first is not None)
    if first is None:
        assert shown == masked(text, findings)
    else:
        assert masked(text[:first], [f for f in findings if f.end <= first]).startswith(shown)
