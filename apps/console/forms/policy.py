"""What staff choose of the rules that texts and images are held to."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.moderation.choosing import classifier_thresholds, image_labels, with_classifier, with_images
from apps.moderation.policy import BLOCKED, FLAGGED
from apps.registry.selectors import image_classifiers

_OF_IMAGES = 0.8


class PolicyForm(forms.Form):
    """`rules` are those in force with what was chosen."""

    classifier = forms.BooleanField(label=_("Ask the classifier for offensive texts"), required=False)
    flag = forms.FloatField(
        label=_("Note a question from a probability of"),
        min_value=0.01,
        max_value=1,
        help_text=_("Reviewers find it; it is answered all the same."),
    )
    block = forms.FloatField(label=_("Block from a probability of"), min_value=0.01, max_value=1)
    images = forms.MultipleChoiceField(
        label=_("Block images that show"), required=False, widget=forms.CheckboxSelectMultiple
    )
    image_block = forms.FloatField(label=_("From a probability of"), min_value=0.01, max_value=1)
    note = forms.CharField(
        label=_("Why"), max_length=300, required=False, help_text=_("Kept with the version and in the audit log.")
    )

    def __init__(self, data: Any, *, rules: Mapping[str, Any]) -> None:
        self._before = rules
        asked, blocked = classifier_thresholds(rules), image_labels(rules)
        start = {
            "classifier": asked is not None,
            "flag": (asked or {}).get("flag", FLAGGED),
            "block": (asked or {}).get("block", BLOCKED),
            "images": ["\n".join(pair) for pair in blocked],
            "image_block": min(blocked.values(), default=_OF_IMAGES),
        }
        super().__init__(data, auto_id="%s", initial=start)
        there = [(version.label, label) for version in image_classifiers() for label in version.labels]
        choices: Any = self.fields["images"]
        pairs = dict.fromkeys([*there, *blocked])
        choices.choices = [("\n".join(pair), f"{pair[1]} · {pair[0]}") for pair in pairs]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("flag") and values.get("block") and values["flag"] > values["block"]:
            self.add_error("block", _("This must not be less than the number before it."))
        return values

    @property
    def rules(self) -> dict[str, Any]:
        """Raises BadInput where the rules in force do not compile any more."""
        values = self.cleaned_data
        rules = with_classifier(self._before, (values["flag"], values["block"]) if values["classifier"] else None)
        if {"images", "image_block"} & set(self.changed_data):
            pairs = [tuple(value.split("\n", 1)) for value in values["images"]]
            rules = with_images(rules, pairs, values["image_block"])
        return rules
