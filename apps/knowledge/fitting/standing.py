"""How sure to be of a Chinese section by its meaning alone (`retrieval/standing_out.py`).

Fitted on the written help pages, where a section's answer stands nowhere else: on a question whose section comes
first it should be sure, not where another does, nor on the same question once its section is taken away.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from apps.core.chances import log_odds

from ..retrieval.features import NAMES_OF
from ..retrieval.standing_out import SHARED, standing_evidence
from ..retrieval.weights import Logistic, Ranker
from .measure import THRESHOLD
from .sections import COLUMNS, Sections, help_sections, without_headings
from .train import fit_logistic

# Of the questions whose section was taken away: those below a new assistant's threshold, and those below even odds.
DECLINED, UNSURE = 0.95, 0.985
_PLACE, _RUN = (COLUMNS.index(NAMES_OF["zh"].index(name)) for name in ("section_place", "heading_run"))


def standing_fit(ranker: Ranker, *, every: int = 1) -> Logistic:
    """`every`: only each such page."""
    lists = help_sections(without_headings(ranker), every)
    return standing_weights(lists, ranker.mean[COLUMNS], ranker.linear[COLUMNS])


def standing_weights(lists: Sequence[Sections], mean: np.ndarray, weights: np.ndarray) -> Logistic:
    """`mean` and `weights` are the ranker's of COLUMNS."""
    known = list(_evidence(lists, mean, weights))
    right, wrong = ([row for row, is_right in known if is_right is side] for side in (True, False))
    gone = [row for row, _ in _evidence(_without_right(lists), mean, weights)]
    fitted = fit_logistic(np.array(right), np.array([*wrong, *gone]), columns=range(2), declined=0.5)
    low, even = np.quantile(np.array(gone) @ fitted.weights, (DECLINED, UNSURE))
    scale = -log_odds(THRESHOLD) / float(even - low)
    return Logistic(fitted.weights * scale, -float(even) * scale)


def _without_right(lists: Iterable[Sections]) -> Iterator[Sections]:
    for one in lists:
        if one.right.any() and not one.right.all():
            kept = (values[~one.right] for values in (one.scores, one.features, one.right, one.cosines))
            yield Sections(*kept)


def _evidence(
    lists: Iterable[Sections], mean: np.ndarray, weights: np.ndarray
) -> Iterator[tuple[np.ndarray, bool]]:
    """Of the section that comes first, and whether it is right, but for those that words speak for."""
    for one in lists:
        if len(one.scores):
            first = int(np.argmax(one.ranked(mean, weights)))
            if one.features[first, _RUN] < SHARED:
                place = float(one.features[first, _PLACE])
                yield standing_evidence(one.cosines[first], one.cosines, place), bool(one.right[first])
