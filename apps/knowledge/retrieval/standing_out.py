"""How sure to be of a Chinese section by its meaning alone: how far it stands out from what else was found.

泳镜忘你们那儿了 shares no word with 遗落的物品到哪里领取, so words cannot say whether that answers.
"""

from collections.abc import Sequence

import numpy as np

from .candidates import Candidate
from .features import NAMES_OF
from .sentences import ScoredSentence
from .weights import load

LEAST_SPREAD = 0.02  # of the cosines: among passages that are all as near, a small lead says nothing
# From so many characters of the question in a row (`heading_run`, in fours) words say better how well
# the two fit: 火星营业时间 does not fit 营业时间.
SHARED = 0.5
_PLACE, _RUN = (NAMES_OF["zh"].index(name) for name in ("section_place", "heading_run"))


def standing_out(candidates: Sequence[Candidate], best: ScoredSentence) -> float:
    """0 to 1, of the candidate with that sentence; 0 where it is no section, has no vector to compare, or its
    heading has words in common with the question.
    """
    fitted, home = load("zh").standing_out, candidates[best.passage]
    if fitted is None or home.cosine is None or not home.passage.heading or best.features[_RUN] >= SHARED:
        return 0.0
    known = [one.cosine for one in candidates if one.cosine is not None]
    return fitted(standing_evidence(home.cosine, known, best.features[_PLACE]))


def standing_evidence(cosine: float, cosines: Sequence[float] | np.ndarray, place: float) -> np.ndarray:
    """What the regression looks at: a passage's cosine among all `cosines`, and that of its title and headings."""
    return np.array([(cosine - np.mean(cosines)) / (np.std(cosines) + LEAST_SPREAD), place])
