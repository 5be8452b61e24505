"""Rules as a page sets them: who asks the shipped classifier, from which probability, and what images may show."""

from collections.abc import Iterable, Mapping
from typing import Any

from .classifier import NAME
from .policy import IMAGE, SHIPPED, policy_compile, shipped_asked

Rules = dict[str, Any]
LABEL = "offensive"


def classifier_thresholds(rules: Mapping[str, Any]) -> dict[str, float] | None:
    """From which probability the shipped classifier's label is noted and blocked in questions; None: not asked."""
    asked = rules.get("input", {}).get(NAME, {}).get(SHIPPED)
    return dict(asked["labels"].get(LABEL, {})) if asked else None


def image_labels(rules: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    """(model, label) -> the probability from which an image with it is blocked."""
    asked: Mapping[str, Any] = rules.get(IMAGE, {}).get(NAME, {})
    return {
        (model, label): actions["block"]
        for model, wish in asked.items()
        for label, actions in wish["labels"].items()
        if "block" in actions
    }


def with_classifier(rules: Mapping[str, Any], thresholds: tuple[float, float] | None) -> Rules:
    """The rules with the shipped classifier asked (noted from, blocked from) or not. Raises as `policy_compile`."""
    made = _copied(rules)
    wishes = shipped_asked(*thresholds) if thresholds else {"input": None, "output": None}
    for stage, wish in wishes.items():
        _set(made, stage, SHIPPED, wish)
    return made


def with_images(rules: Mapping[str, Any], labels: Iterable[tuple[str, str]], block: float) -> Rules:
    """The rules with images blocked that show one of `labels`, (model, label) pairs, from a probability on.

    Labels that are only noted, which a page does not show, stay.
    """
    made = _copied(rules)
    wanted = set(labels)
    asked: Mapping[str, Any] = rules.get(IMAGE, {}).get(NAME, {})
    for model in sorted({*asked, *(model for model, _label in wanted)}):
        wish = asked.get(model, {})
        kept = {label: _noted(actions) for label, actions in wish.get("labels", {}).items()}
        for label in sorted(label for named, label in wanted if named == model):
            kept[label] = {**kept.get(label, {}), "block": block}
        kept = {label: actions for label, actions in kept.items() if actions}
        _set(made, IMAGE, model, {**wish, "labels": kept} if kept else None)
    return made


def _noted(actions: Mapping[str, float]) -> dict[str, float]:
    return {action: least for action, least in actions.items() if action != "block"}


def _copied(rules: Mapping[str, Any]) -> Rules:
    policy_compile(0, rules)
    return {stage: dict(checks) for stage, checks in rules.items()}


def _set(rules: Rules, stage: str, model: str, wish: Any) -> None:
    """Puts the wish for a model into its stage, or takes it out; what is empty by then goes too."""
    checks = rules.setdefault(stage, {})
    asked = {name: own for name, own in checks.get(NAME, {}).items() if name != model}
    checks[NAME] = {**asked, model: wish} if wish else asked
    if not checks[NAME]:
        del checks[NAME]
    if not checks and stage == IMAGE:
        del rules[stage]
