"""A webhook as staff edit it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.chat.happenings import Happening
from apps.webhooks.models import Webhook


class WebhookForm(forms.Form):
    """`cleaned_data` is what `webhook_make` takes, and with a `hook` to edit what `webhook_change` takes."""

    name = forms.CharField(label=_("What it is for"), max_length=80)
    address = forms.CharField(
        label=_("Address"), max_length=2000, widget=forms.URLInput(attrs={"placeholder": "https://"})
    )
    events = forms.MultipleChoiceField(
        label=_("Hears of"), choices=Happening.choices, widget=forms.CheckboxSelectMultiple
    )
    with_text = forms.BooleanField(label=_("Also send what was written"), required=False)
    is_on = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, data: Any = None, hook: Webhook | None = None) -> None:
        names = ("name", "address", "events", "with_text", "is_on")
        super().__init__(
            data, initial={name: getattr(hook, name) for name in names} if hook else None, auto_id="%s"
        )
        if hook is None:
            del self.fields["is_on"]
