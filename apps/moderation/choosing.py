"""Rules as a page sets them: what follows from what the checks find, what the shipped classifier is asked for, and
what images may not show.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from .checks import ALL
from .classifier import NAME
from .policy import IMAGE, SHIPPED, policy_compile

Rules = dict[str, Any]
LABEL = "offensive"  # the shipped classifier's
# Where it starts: docs/subsystems/moderation.md has what is found from there on.
USUAL: dict[str, dict[str, float]] = {"input": {"flag": 0.7, "block": 0.9}, "output": {"block": 0.9}}


def actions_of(rules: Mapping[str, Any]) -> dict[tuple[str, str, str], str]:
    """(check, rule, stage) -> what follows, for all that checks find in texts; "allow" where nothing is said."""
    return {
        (name, rule, stage): rules.get(stage, {}).get(name, {}).get(rule, "allow")
        for name, check in ALL.items()
        for rule in check.rules
        for stage in check.stages
    }


def with_actions(rules: Mapping[str, Any], actions: Mapping[tuple[str, str, str], str]) -> Rules:
    """The rules with these actions, in the form of `actions_of`. Raises as `policy_compile` for rules that do not
    compile.
    """
    made = _copied(rules)
    for (check, rule, stage), action in actions.items():
        made.setdefault(stage, {}).setdefault(check, {})[rule] = action
    return made


def classifier_thresholds(rules: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Stage -> action -> the probability of offence from which it follows; only stages that ask for it."""
    asked = {stage: _labels(rules, stage, SHIPPED).get(LABEL) for stage in USUAL}
    return {stage: dict(actions) for stage, actions in asked.items() if actions}


def image_labels(rules: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    """(model, label) -> the probability from which an image with it is blocked."""
    return {
        (model, label): actions["block"]
        for model in rules.get(IMAGE, {}).get(NAME, {})
        for label, actions in _labels(rules, IMAGE, model).items()
        if "block" in actions
    }


def with_classifier(rules: Mapping[str, Any], thresholds: Mapping[str, Mapping[str, float | None]]) -> Rules:
    """The rules with these thresholds for offence, as `classifier_thresholds` gives them; None takes one out.

    What is not named stays: other actions, stages and labels, and what follows where the classifier is unreachable.
    Raises as `policy_compile` for rules that do not compile.
    """
    made = _copied(rules)
    for stage, actions in thresholds.items():
        for action, least in actions.items():
            _set(made, stage, SHIPPED, LABEL, action, least)
    return made


def without_classifier(rules: Mapping[str, Any]) -> Rules:
    """The rules with nobody asked for offence."""
    asked = classifier_thresholds(rules)
    return with_classifier(rules, {stage: dict.fromkeys(actions) for stage, actions in asked.items()})


def with_images(rules: Mapping[str, Any], blocked: Mapping[tuple[str, str], float]) -> Rules:
    """The rules with images blocked as `blocked` says, in the form of `image_labels`, and no others.

    Labels that are only noted, which a page does not show, stay.
    """
    made = _copied(rules)
    for model, label in [*image_labels(rules), *blocked]:
        _set(made, IMAGE, model, label, "block", blocked.get((model, label)))
    return made


def _labels(rules: Mapping[str, Any], stage: str, model: str) -> dict[str, dict[str, float]]:
    wish: Mapping[str, Any] = rules.get(stage, {}).get(NAME, {}).get(model, {})
    return dict(wish.get("labels", {}))


def _copied(rules: Mapping[str, Any]) -> Rules:
    policy_compile(0, rules)
    return deepcopy(dict(rules))


def _set(rules: Rules, stage: str, model: str, label: str, action: str, least: float | None) -> None:
    """Sets a threshold in place, or takes it out; what is empty by then goes too."""
    checks = rules.setdefault(stage, {})
    models = checks.setdefault(NAME, {})
    labels = models.setdefault(model, {}).setdefault("labels", {})
    actions = labels.setdefault(label, {})
    if least is None:
        actions.pop(action, None)
    else:
        actions[action] = least
    for holder, key, held in ((labels, label, actions), (models, model, labels), (checks, NAME, models)):
        if not held:
            del holder[key]
    if not checks:
        del rules[stage]
