"""A new key for the API."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.chat.selectors import assistants

from ..templatetags.console import choice_named

_DAYS = [("", _("Never")), ("30", _("In 30 days")), ("90", _("In 90 days")), ("365", _("In a year"))]


class KeyForm(forms.Form):
    """`cleaned_data` is what `key_make` takes."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    assistants = forms.MultipleChoiceField(label=_("Opens"), widget=forms.CheckboxSelectMultiple)
    per_minute = forms.IntegerField(label=_("Requests a minute"), min_value=1, max_value=10_000, initial=60)
    live = forms.IntegerField(label=_("Answers at a time"), min_value=1, max_value=1_000, initial=4)
    expires_at = forms.ChoiceField(label=_("Ends"), choices=_DAYS, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="%s")
        choices: Any = self.fields["assistants"]
        choices.choices = [(one.slug, choice_named(one)) for one in assistants()]

    def clean_expires_at(self) -> Any:
        days = self.cleaned_data["expires_at"]
        return timezone.now() + timedelta(days=int(days)) if days else None
