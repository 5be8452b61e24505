"""Which words of the documents the rules in force withhold from answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .checks import Check
from .checks.words import WordCheck
from .disguised import hits_of
from .normal import normalise
from .own import OwnWords
from .policy import Policy


@dataclass(frozen=True, order=True)
class Term:
    """A word as its list shows it; `listed` in the word lists, else among an assistant's own."""

    text: str
    listed: bool = True


@dataclass(frozen=True)
class Withholding:
    """The word lists under one policy. Two are the same that find the same: `stamp` says so."""

    stamp: tuple[object, ...]
    checks: tuple[Check, ...] = field(compare=False, repr=False)
    policy: Policy = field(compare=False, repr=False)
    shown: Mapping[str, str] = field(compare=False, repr=False)

    def terms(self, text: str) -> frozenset[Term]:
        """Those in `text` for which an answer that quotes it is blocked."""
        normal = normalise(text)
        return frozenset(
            Term(self.shown.get(hit.term, hit.term), check.name == WordCheck.name)
            for check in self.checks
            for hit, _start, _end in hits_of(check, normal)
            if self.policy.action("output", check.name, hit.rule) == "block"
        )


def withholding_of(policy: Policy, shown: Mapping[str, str]) -> Withholding:
    """`shown` has each term as its list shows it, by its normal form."""
    names = (WordCheck.name, OwnWords.name)
    checks = tuple(policy.checks[name] for name in names if name in policy.actions.get("output", {}))
    own = policy.checks.get(OwnWords.name)
    words = own.terms if isinstance(own, OwnWords) else ()
    actions = tuple(sorted(policy.actions.get("output", {}).get(WordCheck.name, {}).items()))
    return Withholding((policy.words, actions, words), checks, policy, shown)
