"""How likely a quoted answer is right: what the search says of its sentences, and how far they stand out."""

from apps.core.chances import chance_of, log_odds
from apps.core.language import Language

FURTHEST = 8.0
SUREST = 1e-4  # a search that is nearer to certain counts as this near
# Of the log-odds of the search's confidence, of the lead, and a bias: docs/subsystems/answers.md says what of.
_WEIGHTS: dict[Language, tuple[float, float, float]] = {"en": (0.203, 0.384, -0.639), "zh": (0.29, 0.405, -1.695)}


def support(confidence: float, lead: float, language: Language) -> float:
    """`confidence` is the search's, `lead` how far its best sentence's score lies above what is not said."""
    of_confidence, of_lead, bias = _WEIGHTS[language]
    sure = of_confidence * log_odds(confidence, SUREST) + of_lead * min(lead, FURTHEST) + bias
    return chance_of(sure)
