"""Words for the lists: typed, or in a text file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from apps.moderation.selectors import CATEGORIES

from ..reading.rules import rule_said

_MOST_BYTES = 1_000_000


def _lists() -> list[tuple[str, str]]:
    return [(category, rule_said(category)) for category in CATEGORIES]


class WordsForm(forms.Form):
    """One a line, into one list."""

    category = forms.ChoiceField(label=_("List"), choices=_lists, initial="other")
    words = forms.CharField(
        label=_("Words or phrases, one a line"),
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )


class WordFileForm(forms.Form):
    """`cleaned_data["text"]` is what the file says."""

    file = forms.FileField(
        label=_("Text file"), help_text=_("One word a line, as the export has them: “abuse: word”.")
    )
    category = forms.ChoiceField(
        label=_("Lines without a list"),
        required=False,
        choices=lambda: [("", _("are refused")), *_lists()],
    )
    replace = forms.BooleanField(
        label=_("Replace the lists"),
        required=False,
        help_text=_("What is not in the file is no longer looked for."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if file := values.get("file"):
            values["text"] = self._text(file)
        return values

    def _text(self, file: UploadedFile) -> str:
        raw = file.read(_MOST_BYTES + 1)
        if len(raw) > _MOST_BYTES:
            self.add_error("file", _("The file is too large: 1 MB at most."))
            return ""
        # A byte order mark says UTF-16; what is neither that nor UTF-8 was saved by an editor on Chinese Windows.
        encodings = ["utf-16"] if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
        for encoding in encodings:
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError:
                continue
        self.add_error("file", _("This is not a text file."))
        return ""
