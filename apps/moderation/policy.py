"""A policy's rules, compiled: which check runs at which stage, and what follows from what it finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from .checks import ALL, Check
from .classifier import NAME, Classifier, classifiers_compile, items, known
from .verdict import CHECK_FAILED, Action, Finding, Stage

IMAGE: Stage = "image"
TEXTS: tuple[Stage, ...] = ("input", "output")
# stage -> check -> rule -> action. What is not named is not looked for.
DEFAULT_RULES: dict[str, dict[str, dict[str, str]]] = {
    "input": {
        "words": {"slur": "block", "abuse": "flag", "self_harm": "block", "other": "flag"},
        "injection": {"instruction": "flag"},
    },
    "output": {
        "words": {"slur": "block", "abuse": "block", "self_harm": "block", "other": "block"},
        "personal": {"mobile": "mask", "identity": "mask", "card": "mask", "email": "mask"},
    },
}

# The alias of the classifier that ships with Parley.
SHIPPED = "moderation"


@dataclass(frozen=True)
class Policy:
    """Ready to use; made by `policy_compile`. `checks` run in this process, `classifiers` in the runtime.

    `words` is the stamp of the word lists, "" where they are the release's.
    """

    number: int
    actions: Mapping[str, Mapping[str, Mapping[str, Action]]]
    checks: Mapping[str, Check]
    classifiers: Mapping[str, tuple[Classifier, ...]] = field(default_factory=dict)
    words: str = ""

    def with_words(self, stamp: str, check: Check) -> "Policy":
        """With other word lists than the release's."""
        if check.name not in self.checks:
            return self
        return replace(self, checks={**self.checks, check.name: check}, words=stamp)

    def running(self, stage: Stage) -> list[Check]:
        return [self.checks[name] for name in self.actions.get(stage, {})]

    def asking(self, stage: Stage) -> tuple[Classifier, ...]:
        return self.classifiers.get(stage, ())

    def action(self, stage: Stage, check: str, rule: str) -> Action:
        return self.actions.get(stage, {}).get(check, {}).get(rule, "allow")

    def failed(self, check: str, length: int) -> Finding:
        """What a check that broke amounts to: nobody knows what the text holds, so it is not shown."""
        return Finding(check, CHECK_FAILED, "block", 0, length)

    def without_classifiers(self) -> "Policy":
        """The part that needs no runtime, for whoever asks the classifiers separately."""
        return replace(self, classifiers={})


def policy_compile(number: int, rules: Any) -> Policy:
    """Raises BadInput for a stage, check, rule or action that does not exist. Classifiers have no target yet."""
    actions: dict[str, dict[str, Any]] = {}
    classifiers: dict[str, tuple[Classifier, ...]] = {}
    for stage, checks in items(rules):
        known(stage, get_args(Stage))
        actions[stage] = {}
        for check, found in items(checks):
            known(check, {NAME} if stage == IMAGE else {*ALL, NAME})  # an image has no words
            if check == NAME:
                classifiers[stage] = classifiers_compile(found)
                continue
            actions[stage][check] = found
            for rule, action in items(found):
                known(rule, ALL[check].rules)
                known(action, get_args(Action))
    names = {check for checks in actions.values() for check in checks}
    return Policy(number, actions, {name: ALL[name]() for name in names}, classifiers)
