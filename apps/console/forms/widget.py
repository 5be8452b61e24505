"""A site's widget as staff edit it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.chat.selectors import assistants
from apps.widget.models import Inbox, Side
from apps.widget.origins import MOST

from ..templatetags.console import choice_named
from .assistant import LinesField


class WidgetForm(forms.Form):
    """`cleaned_data` is what `inbox_save` takes."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For you and your colleagues only."))
    assistants = forms.MultipleChoiceField(label=_("Offers"), widget=forms.CheckboxSelectMultiple)
    origins = LinesField(
        label=_("Sites that may show it"),
        most=MOST,
        help_text=_("One a line, such as https://shop.example or https://www.shop.example:8443. No others can."),
    )
    anonymous = forms.BooleanField(
        label=_("Visitors may ask without being signed in to the site"),
        required=False,
        help_text=_("Otherwise the site names each of them, in a signed token."),
    )
    label = forms.CharField(label=_("Words on the button"), max_length=30, required=False)
    label_zh = forms.CharField(label=_("Words on the button, in Chinese"), max_length=30, required=False)
    greeting = forms.CharField(label=_("Greeting"), max_length=120, required=False)
    greeting_zh = forms.CharField(label=_("Greeting in Chinese"), max_length=120, required=False)
    accent = forms.RegexField(
        r"\A#[0-9a-f]{6}\Z",
        label=_("Colour"),
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Made darker or lighter by itself where it could not be read."),
    )
    side = forms.ChoiceField(label=_("Place"), choices=Side.choices)
    per_minute = forms.IntegerField(label=_("Questions a minute, of all visitors"), min_value=1, max_value=10_000)
    live = forms.IntegerField(label=_("Answers at a time, of all visitors"), min_value=1, max_value=1_000)
    enabled = forms.BooleanField(label=_("Open to its visitors"), required=False)

    def __init__(self, data: Any = None, *, inbox: Inbox | None = None) -> None:
        super().__init__(data, auto_id="%s", initial=_values(inbox or Inbox()))
        choices: Any = self.fields["assistants"]
        choices.choices = [(one.slug, choice_named(one)) for one in assistants()]


def _values(inbox: Inbox) -> dict[str, Any]:
    values = {name: getattr(inbox, name) for name in set(WidgetForm.base_fields) - {"assistants"}}
    if not inbox._state.adding:
        values["assistants"] = list(inbox.assistants.values_list("slug", flat=True))
    return values
