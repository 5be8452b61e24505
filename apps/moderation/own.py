"""What one assistant adds to the rules in force: by it they can only become stricter."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from .checks.words import WordCheck
from .classifier import Classifier
from .normal import term_normal
from .policy import Policy
from .verdict import Action, Stage

MOST_WORDS, LONGEST_WORD = 200, 60
_STAGES: tuple[Stage, ...] = ("input", "output")


@dataclass(frozen=True)
class OwnRules:
    """A question or answer with one of the `words` is blocked; where `strict`, also what is only noted elsewhere.

    `version` is the assistant's, for the decisions; rules that say the same are the same.
    """

    words: tuple[str, ...] = ()
    strict: bool = False
    version: int | None = field(default=None, compare=False, repr=False)

    def __bool__(self) -> bool:
        return bool(self.words) or self.strict


class OwnWords(WordCheck):
    """No policy can name it, so none can allow what it finds."""

    name: ClassVar[str] = "own_words"
    rules: ClassVar[tuple[str, ...]] = ("word",)


def is_word(text: Any) -> bool:
    """Whether it can stand in `words`: something is left of it without marks and what cannot be seen."""
    return isinstance(text, str) and len(text) <= LONGEST_WORD and bool(term_normal(text))


def stricter(policy: Policy, own: OwnRules) -> Policy:
    """`policy` with what the assistant adds. It finds all that the policy finds, and no action is a lighter one."""
    actions, checks, classifiers = dict(policy.actions), dict(policy.checks), policy.classifiers
    if own.strict:
        actions = {stage: {check: _blocking(found) for check, found in of.items()} for stage, of in actions.items()}
        classifiers = {stage: tuple(map(_strict, asked)) for stage, asked in classifiers.items()}
    if own.words:
        checks[OwnWords.name] = _check(own.words)
        added: Mapping[str, Mapping[str, Action]] = {OwnWords.name: dict.fromkeys(OwnWords.rules, "block")}
        actions |= {stage: {**actions.get(stage, {}), **added} for stage in _STAGES}
    return replace(policy, actions=actions, checks=checks, classifiers=classifiers)


@functools.lru_cache(maxsize=64)
def _check(words: tuple[str, ...]) -> OwnWords:
    return OwnWords(tuple((term_normal(word), "word") for word in words))


def _blocking(found: Mapping[str, Action]) -> dict[str, Action]:
    return {rule: "block" if action == "flag" else action for rule, action in found.items()}


def _strict(classifier: Classifier) -> Classifier:
    """A text that it could not be asked about is one that would only be noted."""
    least: dict[str, dict[Action, float]] = {
        label: {"block": min(actions.values())} for label, actions in classifier.thresholds.items()
    }
    return replace(classifier, thresholds=least, unreachable="block")
