"""What is asked for a new set of questions, and for a run of one."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.chat.models import Assistant, Origin
from apps.chat.selectors import assistants
from apps.knowledge.models import Collection

from ..templatetags.console import named

LONGEST_FILE = 4 * 1024 * 1024
MOST_MADE = 500
MADE = Origin.choices[:3]
DAYS = (30, 7, 90, 365)  # the first one is usual


def _days(count: int) -> Any:
    return format_lazy(_("the last {days} days"), days=count)


class NamedField(forms.ModelChoiceField):
    """Rows by their name, assistants by that in the page's language."""

    def label_from_instance(self, row: Any) -> str:
        return named(row) if isinstance(row, Assistant) else str(row.name)


class NewSetForm(forms.Form):
    """A file, a collection and how to make questions of it, or an assistant's corrections for who may read them."""

    name = forms.CharField(label=_("Name"), max_length=80)
    origin = forms.ChoiceField(label=_("Questions from"), choices=MADE)
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "JSON lines or CSV with question, answers, document, group, and before for a follow-up: the questions "
            "asked earlier. A question without answers and document is off topic, or with “near” as its kind a "
            "near miss: the documents speak of something close, and do not answer it."
        ),
    )
    collection = NamedField(
        label=_("Collection"),
        queryset=Collection.objects.filter(personal=False),
        to_field_name="slug",
        required=False,
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("en", _("English")), ("zh", _("Chinese"))])
    count = forms.IntegerField(label=_("Questions at most"), min_value=1, max_value=MOST_MADE, initial=100)

    assistant = NamedField(
        label=_("Assistant"),
        queryset=assistants(),
        to_field_name="slug",
        required=False,
        empty_label=None,
    )
    days = forms.ChoiceField(
        label=_("Corrected within"), choices=[(days, _days(days)) for days in DAYS], required=False
    )

    def __init__(self, *args: Any, corrections: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if corrections:
            self.fields["origin"] = forms.ChoiceField(
                label=_("Questions from"), choices=[*MADE, (Origin.CORRECTIONS.value, Origin.CORRECTIONS.label)]
            )
        self.fields["file"].widget.attrs["accept"] = ".jsonl,.json,.csv"

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        file = found.get("file")
        if found.get("origin") == Origin.FILE:
            if file is None:
                self.add_error("file", _("Choose a file."))
            elif file.size > LONGEST_FILE:
                self.add_error("file", _("The file is larger than 4 MB."))
        elif found.get("origin") == Origin.CORRECTIONS:
            if found.get("assistant") is None:
                self.add_error("assistant", _("Choose an assistant."))
        elif found.get("collection") is None:
            self.add_error("collection", _("Choose a collection."))
        return found


class RunForm(forms.Form):
    """Whom to ask, and what to try that differs from how the assistant is set up."""

    assistant = NamedField(label=_("Assistant"), queryset=assistants(), to_field_name="slug", empty_label=None)
    model = forms.CharField(
        label=_("Model"), max_length=100, required=False, help_text=_("Empty: the assistant’s own.")
    )
    threshold = forms.FloatField(
        label=_("Threshold"), min_value=0, max_value=1, required=False, help_text=_("Empty: the assistant’s own.")
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["model"].widget = forms.Select(choices=[("", "–"), *((name, name) for name in names)])
        self.fields["threshold"].widget.attrs |= {"step": "0.01", "placeholder": "–"}
