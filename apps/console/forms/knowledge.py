"""What is asked for a new collection, and for a name."""

from itertools import count

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.knowledge.selectors import collections


class CollectionForm(forms.Form):
    """`cleaned_data` is what `collection_create` takes."""

    name = forms.CharField(label=_("Name"), max_length=200)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=50,
        help_text=_("Small letters, digits and hyphens; it stands in addresses and cannot be changed."),
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="new-%s")  # type: ignore[arg-type]  # a QueryDict or nothing
        taken = set(collections().values_list("slug", flat=True))
        free = next(name for number in count(len(taken) + 1) if (name := f"collection-{number}") not in taken)
        self.fields["slug"].widget.attrs["data-otherwise"] = free
