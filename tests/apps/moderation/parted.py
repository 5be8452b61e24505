"""A few listed terms, and what is found of them in a text."""

from apps.moderation.checks.words import WordCheck
from apps.moderation.disguised import hits_of
from apps.moderation.normal import normalise, term_normal
from apps.moderation.own import OwnRules, stricter
from apps.moderation.policy import DEFAULT_RULES, policy_compile

WORDS = ("snorbelfax", "臭图书馆", "kill time", "bad", "ox", "8964", "年会")
POLICY = stricter(policy_compile(1, DEFAULT_RULES), OwnRules(words=WORDS))
CHECK = WordCheck(tuple((term_normal(word), "other") for word in WORDS))


def found(text: str) -> list[str]:
    """What is found, as it is written."""
    return [text[start:end] for _hit, start, end in hits_of(CHECK, normalise(text))]
