"""What staff choose of the rules that texts and images are held to."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.moderation.choosing import (
    USUAL,
    actions_of,
    classifier_thresholds,
    image_labels,
    with_actions,
    with_classifier,
    with_images,
    without_classifier,
)
from apps.registry.selectors import image_classifiers

from ..reading.rules import actions_said, rule_said, stage_said

_OF_IMAGES = 0.8
_OF_TEXTS = {"classifier", "flag", "block", "block_answer"}
_NOTHING_BLOCKED = _("Empty: nothing is blocked.")


class PolicyForm(forms.Form):
    """`rules` are those in force, version `number`, with what was chosen; all else in them stays to the letter."""

    number = forms.IntegerField(widget=forms.HiddenInput)  # the version that the page showed
    classifier = forms.BooleanField(label=_("Ask the classifier for offensive texts"), required=False)
    flag = forms.FloatField(
        label=_("Note a question from a probability of"),
        min_value=0,
        max_value=1,
        required=False,
        help_text=_("Reviewers find it; it is answered all the same. Empty: nothing is noted."),
    )
    block = forms.FloatField(
        label=_("Block a question from a probability of"),
        min_value=0,
        max_value=1,
        required=False,
        help_text=_NOTHING_BLOCKED,
    )
    block_answer = forms.FloatField(
        label=_("Block an answer from a probability of"),
        min_value=0,
        max_value=1,
        required=False,
        help_text=_NOTHING_BLOCKED,
    )
    images = forms.MultipleChoiceField(
        label=_("Block images that show"), required=False, widget=forms.CheckboxSelectMultiple
    )
    image_block = forms.FloatField(label=_("From a probability of"), min_value=0, max_value=1)
    note = forms.CharField(
        label=_("Why"), max_length=300, required=False, help_text=_("Kept with the version and in the audit log.")
    )

    def __init__(self, data: Any, *, number: int, rules: Mapping[str, Any]) -> None:
        self._before, self._blocked = rules, image_labels(rules)
        asked = classifier_thresholds(rules)
        shown = asked or USUAL
        start = {
            "number": number,
            "classifier": bool(asked),
            "flag": shown.get("input", {}).get("flag"),
            "block": shown.get("input", {}).get("block"),
            "block_answer": shown.get("output", {}).get("block"),
            "images": [json.dumps(pair) for pair in self._blocked],
            "image_block": min(self._blocked.values(), default=_OF_IMAGES),
        }
        self._actions = {"-".join(of): of for of in actions_of(rules)}
        actions = {name: actions_of(rules)[of] for name, of in self._actions.items()}
        super().__init__(data, auto_id="%s", initial=start | actions)
        for name, (_check, rule, stage) in self._actions.items():
            label = f"{rule_said(rule)} · {stage_said(stage)}"
            select = forms.Select(attrs={"aria-label": label})
            self.fields[name] = forms.ChoiceField(label=label, choices=actions_said(), widget=select)
        there = [(version.label, label) for version in image_classifiers() for label in version.labels]
        self._pairs = {json.dumps(pair): pair for pair in [*there, *self._blocked]}
        choices: Any = self.fields["images"]
        choices.choices = [(value, self.image_label(value)) for value in self._pairs]

    def actions(self, check: str) -> list[tuple[str, list[forms.BoundField]]]:
        """What a check can find, and its fields: in questions, and in answers."""
        rows: dict[str, list[forms.BoundField]] = {}
        for name, (of, rule, _stage) in self._actions.items():
            if of == check:
                rows.setdefault(rule_said(rule), []).append(self[name])
        return list(rows.items())

    def image_label(self, value: str) -> str:
        """What a choice of `images` says."""
        model, label = self._pairs[value]
        return f"{label} · {model}"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "number" in self.errors:
            self.add_error(None, _("Open this page anew before you change the rules."))
        if values.get("flag") and values.get("block") and values["flag"] > values["block"]:
            self.add_error("block", _("This must not be less than the number before it."))
        thresholds = [values.get(name) for name in ("flag", "block", "block_answer")]
        if values.get("classifier") and self._texts_changed and thresholds == [None, None, None]:
            self.add_error("flag", _("Set a probability, or do not ask the classifier."))
        return values

    @property
    def rules(self) -> dict[str, Any]:
        """Raises BadInput where the rules in force do not compile any more."""
        values, rules = self.cleaned_data, dict(self._before)
        if self._texts_changed and values["classifier"]:
            asked = {"flag": values["flag"], "block": values["block"]}
            rules = with_classifier(rules, {"input": asked, "output": {"block": values["block_answer"]}})
        elif self._texts_changed:
            rules = without_classifier(rules)
        if changed := self._actions.keys() & set(self.changed_data):
            rules = with_actions(rules, {self._actions[name]: values[name] for name in changed})
        if {"images", "image_block"} & set(self.changed_data):
            rules = with_images(rules, {self._pairs[value]: self._image_block(value) for value in values["images"]})
        return rules

    @property
    def _texts_changed(self) -> bool:
        return bool(_OF_TEXTS & set(self.changed_data))

    def _image_block(self, value: str) -> float:
        """The page shows the least of all thresholds: a label keeps its own until that number is changed."""
        chosen: float = self.cleaned_data["image_block"]
        return chosen if "image_block" in self.changed_data else self._blocked.get(self._pairs[value], chosen)
