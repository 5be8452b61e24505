"""How well the heading above a Chinese passage, often a question itself, says what is asked."""

import re
from collections.abc import Mapping

from .runs import common_runs
from .tokens import tokenize, without_empty_words

NAMES = ("heading_covers", "heading_covered", "heading_run", "heading_runs")
_SIGNS = re.compile(r"\W+")


def heading_features(content: str, weight: Mapping[str, float], where: str) -> list[float]:
    """One row of `NAMES`, the same for all sentences of a passage. `where`: its title and headings.

    `content`: the question without what only asks; `weight`: of its tokens, adding up to 1.
    """
    heading = where.strip().rsplit("\n", 1)[-1].rsplit(" › ", 1)[-1]
    own = set(tokenize(without_empty_words(heading)))
    if not own:
        return [0.0] * len(NAMES)
    runs = common_runs(content, _SIGNS.sub("", heading.lower()))
    return [
        sum(value for token, value in weight.items() if token in own),
        len(own & weight.keys()) / len(own),
        max(runs, default=0) / 4,
        sum(runs) / (len(content) or 1),
    ]
